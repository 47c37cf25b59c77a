# fish completion for async and git async: the program itself says what can come next.

function __async_complete
	set -l words (commandline -opc)[2..-1]
	set -l last (commandline -ct | string replace -r '^["\']' '' | string replace -ra '\\\\(.)' '$1')
	set -l wanted (async --complete $words "$last" 2>/dev/null)
	if test "$wanted" = \tfile
		set -l option (string match -r '^--[^=]*=' -- "$last")
		for path in (__fish_complete_path (string replace -- "$option" '' "$last"))
			echo "$option$path"
		end
	else
		printf '%s\n' $wanted
	end
end

complete -c async -f -k -a '(__async_complete)'
complete -c git-async -f -k -a '(__async_complete)'
