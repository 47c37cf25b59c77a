# bash completion for async and git async: the program itself says what can come next.

# The words up to the cursor as async would get them, in async_words: bash takes = : and @ for ends of
# words. Nothing in them is expanded but a leading ~. Of the last word, async_last is what bash replaces.
_async_split() {
	local line=${COMP_LINE:0:COMP_POINT} stop='' i word
	async_words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		((i == COMP_CWORD)) && word=${line#"${line%%[![:space:]]*}"} # up to the cursor
		if ((i > 0)) && [[ $line != [[:space:]]* ]]; then
			async_words[-1]+=$word
		else
			async_words+=("$word")
		fi
		line=${line#"${line%%[![:space:]]*}"}
		line=${line#"$word"}
	done
	async_last=${async_words[-1]}
	for word in = : @; do
		[[ $COMP_WORDBREAKS == *"$word"* ]] && stop+=$word
	done
	[[ $async_last == *[\"\']* ]] && stop=\"\'
	word=${async_last##*["${stop:- }"]}
	[[ $async_last == *[\"\'@]"$word" ]] && word=${async_last:${#async_last}-${#word}-1}
	async_last=$word
	for ((i = 0; i < ${#async_words[@]}; i++)); do
		word=${async_words[i]}
		[[ $word == '~/'* ]] && word=$HOME/${word:2}
		word=${word//[\"\']/}
		async_words[i]=${word//\\/}
	done
}

# With several candidates and a list of them to be shown, say what each means.
_async_explain() {
	local i width=0 columns=${COLUMNS:-80}
	[[ ${#COMPREPLY[@]} -gt 1 && $COMP_TYPE =~ ^(33|63|64)$ ]] || return
	for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
		((${#COMPREPLY[i]} > width)) && width=${#COMPREPLY[i]}
	done
	for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
		[[ -n ${meanings[i]} ]] || continue
		printf -v "COMPREPLY[i]" '%-*s (%s)' "$width" "${COMPREPLY[i]}" "${meanings[i]}"
		COMPREPLY[i]=${COMPREPLY[i]:0:columns - 2}
	done
}

# _async_offer <last> <word>...: of the last word, <last> is what bash will replace.
_async_offer() {
	local last=$1 line text before meanings=()
	shift
	before=${*: -1}
	before=${before%"${last//[\"\'\\]/}"}
	COMPREPLY=()
	while IFS= read -r line; do
		text=${line%%$'\t'*}
		if [[ -z $text ]]; then
			compopt -o filenames -o default +o nospace 2>/dev/null
			COMPREPLY=()
			return
		fi
		text=${text#"$before"}
		if [[ $last == [\"\']* ]]; then # bash closes the quote; what would not be safe in it is left out
			[[ $text == *[\`\$\"\'\\!]* ]] && continue
		else
			[[ $text == *[![:alnum:]@%+=:,./_-]* ]] && printf -v text %q "$text"
			[[ $text == *[=:] ]] || text+=' '
		fi
		COMPREPLY+=("$text")
		meanings+=("${line#*$'\t'}")
	done < <(async --complete "$@" 2>/dev/null)
	_async_explain
}

_async() {
	local async_words async_last
	_async_split
	_async_offer "$async_last" "${async_words[@]:1}"
}

# git's own completion calls this for "git async …"; git's options before it are mostly ours, too.
_git_async() {
	local async_words async_last i=2
	_async_split
	while [[ ${async_words[i - 1]} != async || ${async_words[i - 2]} == -[Cc] ]]; do
		((++i > ${#async_words[@]})) && return
	done
	_async_offer "$async_last" "${async_words[@]:1:i - 2}" "${async_words[@]:i}"
}

complete -o nospace -o nosort -F _async async 2>/dev/null || complete -o nospace -F _async async
