package rules

var lacpCases = []ruleCase{}
