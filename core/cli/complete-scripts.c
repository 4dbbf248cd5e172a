/* What the shells read: each asks `rkt completion --words` for what may follow.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The answer's first line is "words", "files" or "dirs", which says what the
 * shell is to offer besides; the other lines are a word, a tab and what it
 * is. */
#include <string.h>

#include "core/cli/complete.h"

/* Readline cuts words at "=" and ":" as well, and wants to hear only of what
 * is behind them. */
static const char bash_script[] =
	"# bash completion for rkt\n"
	"_rkt() {\n"
	"\tlocal i word cur raw cut mode value last=\n"
	"\tlocal rkt=${COMP_WORDS[0]/#\\~/$HOME}\n"
	"\tlocal -a words=() lines=() paths=()\n"
	"\tCOMPREPLY=()\n"
	"\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif ((${#words[@]})) && [[ -n $word ]] &&\n"
	"\t\t\t[[ $word != *[!=:]* ||\n"
	"\t\t\t\t(-n $last && $last != *[!=:]*) ]]; then\n"
	"\t\t\twords[${#words[@]}-1]+=$word\n"
	"\t\telse\n"
	"\t\t\twords+=(\"$word\")\n"
	"\t\tfi\n"
	"\t\tlast=$word\n"
	"\tdone\n"
	"\tcur=${words[${#words[@]}-1]}\n"
	"\traw=$last\n"
	"\t[[ $raw == *[!=:]* ]] || raw=\n"
	"\tcut=$((${#cur} - ${#raw}))\n"
	"\tmapfile -t lines < <(\"$rkt\" completion --words -- \\\n"
	"\t\t\"${words[@]}\" 2>/dev/null)\n"
	"\tmode=${lines[0]-}\n"
	"\tfor word in \"${lines[@]:1}\"; do\n"
	"\t\tword=${word%%$'\\t'*}\n"
	"\t\tCOMPREPLY+=(\"${word:cut}\")\n"
	"\tdone\n"
	"\tif [[ $mode == files || $mode == dirs ]]; then\n"
	"\t\tvalue=$cur\n"
	"\t\t[[ $cur != --*=* ]] || value=${cur#*=}\n"
	"\t\tword=${cur%\"$value\"}\n"
	"\t\tif [[ $mode == files ]]; then\n"
	"\t\t\tmapfile -t paths < <(compgen -f -- \"$value\")\n"
	"\t\telse\n"
	"\t\t\tmapfile -t paths < <(compgen -d -- \"$value\")\n"
	"\t\tfi\n"
	"\t\tfor value in \"${paths[@]}\"; do\n"
	"\t\t\tword=${cur%%=*}=$value\n"
	"\t\t\t[[ $cur == --*=* ]] || word=$value\n"
	"\t\t\tCOMPREPLY+=(\"${word:cut}\")\n"
	"\t\tdone\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\tfi\n"
	"\t[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] ||\n"
	"\t\tcompopt -o nospace 2>/dev/null\n"
	"\treturn 0\n"
	"}\n"
	"complete -F _rkt rkt\n";

static const char zsh_script[] =
	"#compdef rkt\n"
	"_rkt() {\n"
	"\tlocal -a lines values options\n"
	"\tlocal line word mode rkt=${(Q)words[1]} ret=1\n"
	"\trkt=${rkt/#\\~/$HOME}\n"
	"\tlines=(\"${(@f)$(\"$rkt\" completion --words -- \\\n"
	"\t\t\"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\" 2>/dev/null)}\")\n"
	"\tmode=$lines[1]\n"
	"\tfor line in \"${(@)lines[2,-1]}\"; do\n"
	"\t\tword=${line%%$'\\t'*}\n"
	"\t\tline=${${line#$word}#$'\\t'}\n"
	"\t\tif [[ $word == *= ]]; then\n"
	"\t\t\toptions+=(\"${word//:/\\\\:}${line:+:$line}\")\n"
	"\t\telse\n"
	"\t\t\tvalues+=(\"${word//:/\\\\:}${line:+:$line}\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t(( $#options )) && _describe option options -S '' && ret=0\n"
	"\t(( $#values )) && _describe value values && ret=0\n"
	"\tif [[ $mode == (files|dirs) ]]; then\n"
	"\t\t[[ $PREFIX != --*=* ]] || compset -P 1 '*='\n"
	"\t\tif [[ $mode == dirs ]]; then\n"
	"\t\t\t_files -/ && ret=0\n"
	"\t\telse\n"
	"\t\t\t_files && ret=0\n"
	"\t\tfi\n"
	"\tfi\n"
	"\treturn ret\n"
	"}\n"
	"if [[ $funcstack[1] == _rkt ]]; then\n"
	"\t_rkt \"$@\"\n"
	"else\n"
	"\tcompdef _rkt rkt\n"
	"fi\n";

static const char fish_script[] =
	"# fish completion for rkt\n"
	"function __rkt_complete\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l current (commandline -ct)\n"
	"\tset -l rkt (string replace -r '^~' $HOME -- $words[1])\n"
	"\tset -e words[1]\n"
	"\tset -l lines ($rkt completion --words -- $words \"$current\" "
	"2>/dev/null)\n"
	"\tset -l mode $lines[1]\n"
	"\tset -e lines[1]\n"
	"\tset -q lines[1]; and printf '%s\\n' $lines\n"
	"\tset -l before (string match -r '^--[^=]*=' -- \"$current\")\n"
	"\tset -l path (string replace -r '^--[^=]*=' '' -- \"$current\")\n"
	"\tswitch \"$mode\"\n"
	"\t\tcase files\n"
	"\t\t\tfor name in (__fish_complete_path \"$path\")\n"
	"\t\t\t\techo \"$before$name\"\n"
	"\t\t\tend\n"
	"\t\tcase dirs\n"
	"\t\t\tfor name in (__fish_complete_directories \"$path\")\n"
	"\t\t\t\techo \"$before$name\"\n"
	"\t\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c rkt -f -a '(__rkt_complete)'\n";

const char *const completion_shells[] = {"bash", "zsh", "fish", NULL};

const char *
completion_script(const char *shell)
{
	static const char *const scripts[] = {bash_script, zsh_script,
					      fish_script};

	for (size_t i = 0; completion_shells[i]; i++)
		if (strcmp(completion_shells[i], shell) == 0)
			return scripts[i];
	return NULL;
}
