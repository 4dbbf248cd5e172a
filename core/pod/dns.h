/* resolv.conf and hosts of a pod, as the command line wants them (12.6).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_DNS_H
#define CORE_POD_DNS_H

#include "core/pod/request.h"

enum dns_mode {
	DNS_DEFAULT, /* the image's own, or a network's  */
	DNS_HOST,    /* the host's file                  */
	DNS_NONE,    /* the image's own, no network's    */
	DNS_STAGE0,  /* a file made here                 */
};

/* Check the flags.  *ret_mode is one for each of the two files. */
int dns_mode_parse(const struct start_request *r, enum dns_mode *ret_mode,
		   struct error *e);
int hosts_mode_parse(const struct start_request *r, enum dns_mode *ret_mode,
		     struct error *e);

/* The texts for DNS_STAGE0; owned. */
char *dns_text(const struct start_request *r);
char *hosts_text(const struct start_request *r, const char *hostname);

#endif
