#compdef async git-async
# zsh completion for async and git async: the program itself says what can come next.

local line text meaning
local -a typed whole begun # whole: words that are complete; begun: "name=" and "name:", after which a value follows

typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
for line in ${(f)"$(_call_program candidates async --complete "${(@q)typed}" 2>/dev/null)"}; do
	text=${line%%$'\t'*} meaning=${line#*$'\t'}
	if [[ -z $text ]]; then
		compset -P '--*='
		_files
		return
	fi
	text=${${text//\\/\\\\}//:/\\:}${meaning:+:$meaning}
	if [[ ${line%%$'\t'*} == *[=:] ]]; then
		begun+=("$text")
	else
		whole+=("$text")
	fi
done
(( $#begun )) && _describe -V -t values async begun -S ''
(( $#whole )) && _describe -V -t candidates async whole
