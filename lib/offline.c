/*
 * Stand-ins for the network libraries that libgit2 is linked against.
 *
 * Starting libgit2 as it comes means loading TLS, SSH and Kerberos and parsing every
 * CA certificate of the system: longer than most commands take. async never touches
 * libgit2's network code, by design: the wire belongs to the user's own git, which
 * knows their keys, proxies and helpers. So the program links libgit2 alone, and these
 * functions stand where the others were: what git_libgit2_init() and its shutdown call
 * does nothing, or the little that they rely on; everything else is a mistake of ours.
 */
#include <malloc.h>
#include <string.h>

#include "async/error.h"

/* Reached when libgit2 starts and stops. */
#define WHILE_STARTING(X) \
	X(libssh2_exit) X(libssh2_init) X(mbedtls_ctr_drbg_free) X(mbedtls_ctr_drbg_init) \
	X(mbedtls_ctr_drbg_seed) X(mbedtls_entropy_free) X(mbedtls_entropy_init) \
	X(mbedtls_ssl_conf_authmode) X(mbedtls_ssl_conf_ca_chain) \
	X(mbedtls_ssl_conf_ciphersuites) X(mbedtls_ssl_conf_min_version) \
	X(mbedtls_ssl_config_defaults) X(mbedtls_ssl_config_free) X(mbedtls_x509_crt_free) \
	X(mbedtls_x509_crt_init)

/* Reached only by a connection that libgit2 makes itself. */
#define NEVER(X) \
	X(gss_delete_sec_context) X(gss_display_status) X(gss_import_name) X(gss_indicate_mechs) \
	X(gss_init_sec_context) X(gss_release_buffer) X(gss_release_name) X(gss_release_oid_set) \
	X(libssh2_agent_connect) X(libssh2_agent_disconnect) X(libssh2_agent_free) \
	X(libssh2_agent_get_identity) X(libssh2_agent_init) X(libssh2_agent_list_identities) \
	X(libssh2_agent_userauth) X(libssh2_channel_close) X(libssh2_channel_free) \
	X(libssh2_channel_open_ex) X(libssh2_channel_process_startup) X(libssh2_channel_read_ex) \
	X(libssh2_channel_set_blocking) X(libssh2_channel_write_ex) X(libssh2_hostkey_hash) \
	X(libssh2_knownhost_checkp) X(libssh2_knownhost_free) X(libssh2_knownhost_init) \
	X(libssh2_knownhost_readfile) X(libssh2_session_abstract) \
	X(libssh2_session_disconnect_ex) X(libssh2_session_free) X(libssh2_session_handshake) \
	X(libssh2_session_hostkey) X(libssh2_session_init_ex) X(libssh2_session_last_error) \
	X(libssh2_session_method_pref) X(libssh2_session_set_blocking) \
	X(libssh2_userauth_authenticated) X(libssh2_userauth_keyboard_interactive_ex) \
	X(libssh2_userauth_list) X(libssh2_userauth_password_ex) X(libssh2_userauth_publickey) \
	X(libssh2_userauth_publickey_fromfile_ex) X(libssh2_userauth_publickey_frommemory) \
	X(mbedtls_ctr_drbg_random) X(mbedtls_entropy_func) X(mbedtls_sha256_finish) \
	X(mbedtls_sha256_free) X(mbedtls_sha256_init) X(mbedtls_sha256_starts) \
	X(mbedtls_sha256_update) X(mbedtls_ssl_close_notify) X(mbedtls_ssl_free) \
	X(mbedtls_ssl_get_peer_cert) \
	X(mbedtls_ssl_get_verify_result) X(mbedtls_ssl_handshake) X(mbedtls_ssl_init) \
	X(mbedtls_ssl_read) X(mbedtls_ssl_set_bio) X(mbedtls_ssl_set_hostname) \
	X(mbedtls_ssl_setup) X(mbedtls_ssl_write) \
	X(mbedtls_x509_crt_verify_info)

#define STAND_IN(name)     \
	int name(void);    \
	int name(void)     \
	{                  \
		return 0;  \
	}
#define REFUSE(name)                                                       \
	int name(void);                                                    \
	int name(void)                                                     \
	{                                                                  \
		BUG("libgit2's network code was reached: " #name "()");    \
	}

WHILE_STARTING(STAND_IN)
NEVER(REFUSE)

/* It allocates the settings of TLS and later frees what they point to: nothing. */
void mbedtls_ssl_config_init(void *settings);
void mbedtls_ssl_config_init(void *settings)
{
	memset(settings, 0, malloc_usable_size(settings));
}

/* What it allocates for random numbers it keeps in the settings only; kept here, it is not lost. */
static void *volatile random_state;
void mbedtls_ssl_conf_rng(void *settings, void *generate, void *state);
void mbedtls_ssl_conf_rng(void *settings, void *generate, void *state)
{
	(void)settings;
	(void)generate;
	random_state = state;
}

/* There are no certificates; it goes on without. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return -1;
}

int mbedtls_x509_crt_parse_path(void *chain, const char *path);
int mbedtls_x509_crt_parse_path(void *chain, const char *path)
{
	return mbedtls_x509_crt_parse_file(chain, path);
}

void mbedtls_strerror(int code, char *text, size_t size);
void mbedtls_strerror(int code, char *text, size_t size)
{
	(void)code;
	if (size)
		*text = '\0';
}

/* Its start fails unless at least one cipher has a number. */
int mbedtls_ssl_get_ciphersuite_id(const char *name);
int mbedtls_ssl_get_ciphersuite_id(const char *name)
{
	(void)name;
	return 1;
}

/* The one name among them that is not a function. */
extern const void *const GSS_C_NT_HOSTBASED_SERVICE;
const void *const GSS_C_NT_HOSTBASED_SERVICE = 0;

/*
 * libgit2 1.5.1 loses the memory of every expression that a setting does not match, when it
 * looks for extensions. That is its bug, not ours, for the leak checker of SAN=1.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:pcre2_match_8\nleak:_pcre2_memctl_malloc_8\n";
}
