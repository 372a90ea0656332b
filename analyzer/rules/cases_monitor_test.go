package rules

var monitorCases = []ruleCase{}
