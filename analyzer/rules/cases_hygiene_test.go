package rules

var hygieneCases = []ruleCase{}
