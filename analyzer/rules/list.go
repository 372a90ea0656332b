package rules

// All returns every rule, in the order of their ids.
func All() []Rule {
	return []Rule{
		sb100, sb101, sb102, sb103, sb104, sb105, sb106, sb107, sb108, sb109, sb110,
		sb111, sb112, sb113, sb114, sb115, sb116, sb117, sb118, sb119, sb120, sb121, sb122, sb123, sb124,
		sb130, sb131, sb132, sb133,
		sb140, sb141, sb142, sb143, sb144, sb145, sb146, sb147, sb148, sb149,
		sb150, sb151, sb152, sb153, sb154, sb155, sb156, sb157, sb158, sb159, sb160, sb161,
		sb170, sb171, sb172, sb173, sb174, sb175, sb176, sb177, sb178, sb179, sb180, sb181, sb182, sb183, sb184,
		sb190, sb191, sb192, sb193, sb194, sb195,
		sb200, sb201, sb202, sb203, sb204, sb205, sb206, sb207, sb208, sb209,
		sb210, sb211, sb212, sb213, sb214, sb215, sb216, sb217, sb218, sb219,
		sb220, sb221, sb222, sb223, sb224, sb225, sb226, sb227, sb228,
		sb230, sb231, sb232, sb233, sb234, sb235, sb236, sb237, sb238, sb239, sb240, sb241,
		sb250, sb251, sb252, sb253, sb254, sb255,
		sb260, sb261, sb263, sb264, sb265, sb266, sb267, sb268, sb269, sb270, sb271, sb272, sb273, sb274, sb275,
		sb280, sb281, sb282, sb283, sb284, sb285, sb286, sb287, sb288,
		sb290, sb291, sb292, sb293, sb294,
		sb300(), sb301, sb302, sb303, sb304,
	}
}
