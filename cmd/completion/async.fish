# fish completion for async: the program itself says what can come next.
complete -c async -a '(async --complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
