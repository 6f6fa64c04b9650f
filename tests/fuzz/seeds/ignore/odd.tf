# trueup:ignore
	//trueup:ignore a until= reason="
#checkov:skip=
/* kics-scan ignore-block