package rules

var optionsCases = []ruleCase{}
