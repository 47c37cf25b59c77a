# bash completion for async and git async: the program itself says what can come next.

_async_complete() {
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		line=${line%%$'\t'*}
		[[ $line == *= ]] || line+=' '
		COMPREPLY+=("$line")
	done < <(async --complete "$@" 2>/dev/null)
}

_async() {
	_async_complete "${COMP_WORDS[@]:1:COMP_CWORD}"
}

# git's own completion calls this for "git async …".
_git_async() {
	_async_complete "${words[@]:__git_cmd_idx+1:cword-__git_cmd_idx}"
}

complete -o nospace -o bashdefault -o default -F _async async
