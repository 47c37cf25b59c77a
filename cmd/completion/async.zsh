#compdef async git-async
# zsh completion for async: the program itself says what can come next.

local line
local -a candidates values

for line in ${(f)"$(_call_program async async --complete ${(q)words[2,CURRENT]} 2>/dev/null)"}; do
	if [[ ${line%%$'\t'*} == *= ]]; then
		values+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	else
		candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
	fi
done
(( $#values )) && _describe -t options option values -S ''
(( $#candidates )) && _describe -t commands async candidates
(( $#values + $#candidates )) || _files
