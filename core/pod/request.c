/* Giving back what a request owns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdlib.h>

void
app_request_done(struct app_request *a)
{
	char *const texts[] = {a->image,      a->image_key,   a->signature,
			       a->name,       a->exec,        a->working_dir,
			       a->user,       a->group,       a->seccomp,
			       a->stdin_mode, a->stdout_mode, a->stderr_mode};
	json_t *const values[] = {a->supplementary_gids,
				  a->mounts,
				  a->annotations,
				  a->user_annotations,
				  a->user_labels,
				  a->environment,
				  a->memory,
				  a->cpu,
				  a->cpu_shares,
				  a->oom_score_adj,
				  a->caps_retain,
				  a->caps_remove};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		json_decref(values[i]);
	strings_done(&a->args);
	*a = (struct app_request){0};
}

void
pod_request_done(struct pod_request *r)
{
	for (size_t i = 0; i < r->apps.len; i++)
		app_request_done(&r->apps.items[i]);
	vec_done(&r->apps);
	json_decref(r->volumes);
	json_decref(r->mounts);
	json_decref(r->ports);
	json_decref(r->annotations);
	json_decref(r->set_env);
	json_decref(r->set_env_file);
	free(r->pod_manifest);
	free(r->manifest_text);
	json_decref(r->manifest_json);
	free(r->uuid_file_save);
	*r = (struct pod_request){0};
}

void
start_request_done(struct start_request *r)
{
	strings_done(&r->net);
	strings_done(&r->dns);
	strings_done(&r->dns_search);
	strings_done(&r->dns_opt);
	strings_done(&r->hosts_entries);
	free(r->hostname);
	free(r->ipc);
	free(r->dns_domain);
	*r = (struct start_request){0};
}
