package rules

// All returns every rule, in the order of their ids.
func All() []Rule {
	return []Rule{
		sb100, sb101, sb102, sb103, sb104, sb105, sb106, sb107, sb108, sb109, sb110,
		sb112, sb113, sb114, sb115, sb116, sb117, sb118, sb119, sb120, sb121, sb122, sb123, sb124,
		sb130,
		sb140, sb141, sb142,
		sb150, sb151, sb152, sb153, sb161,
		sb170, sb180,
		sb194,
		sb201, sb206, sb207,
		sb232, sb235,
		sb250, sb251, sb252, sb253,
		sb260, sb261, sb263, sb268, sb273,
		sb280, sb281, sb282, sb283, sb284, sb285, sb286, sb287, sb288,
		sb300(), sb301, sb302,
	}
}
