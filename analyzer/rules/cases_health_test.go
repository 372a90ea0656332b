package rules

var healthCases = []ruleCase{}
