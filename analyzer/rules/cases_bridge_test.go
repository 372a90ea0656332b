package rules

var bridgeCases = []ruleCase{}
