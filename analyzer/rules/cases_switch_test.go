package rules

// switchCases are about Open vSwitch, team and the lists of platforms.
var switchCases = []ruleCase{}
