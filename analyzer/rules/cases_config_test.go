package rules

// configCases are about configuration and what differs from it.
var configCases = []ruleCase{}
