/* Messages, made by GMime. */
#include "async/mail.h"

#include <dlfcn.h>
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/record.h"
#include "sha1.h"

#define LIBRARY "libgmime-3.0.so.0"
#define PACKAGE "libgmime-3.0-0"

/*
 * Starting GMime and what it stands on takes longer than most commands in all, so it is no part
 * of the program: these are found in the library once a message is to be made.
 */
#define FUNCTIONS(X)                                                                            \
	X(g_date_time_new_from_unix_utc) X(g_date_time_unref) X(g_free)                         \
	X(g_mime_data_wrapper_new_with_stream) X(g_mime_init)                                   \
	X(g_mime_message_get_addresses) X(g_mime_message_new) X(g_mime_message_set_date)        \
	X(g_mime_message_set_message_id) X(g_mime_message_set_mime_part)                        \
	X(g_mime_message_set_subject) X(g_mime_multipart_add)                                   \
	X(g_mime_multipart_new_with_subtype) X(g_mime_multipart_set_boundary)                   \
	X(g_mime_object_set_header) X(g_mime_object_to_string) X(g_mime_part_set_content)       \
	X(g_mime_part_set_content_encoding) X(g_mime_stream_mem_new_with_buffer)                \
	X(g_mime_text_part_new_with_subtype) X(g_mime_text_part_set_charset)                    \
	X(g_object_unref) X(internet_address_list_add) X(internet_address_mailbox_new)          \
	X(internet_address_set_charset)

static struct {
#define POINTER(name) __typeof__(name) *name;
	FUNCTIONS(POINTER)
} lib;

static int find(void **out, void *library, const char *name)
{
	*out = dlsym(library, name);
	return *out ? 0 : error_set(ERR_FAILED, "%s is not the one that is needed: it has no %s", LIBRARY, name);
}

static int load(void)
{
	static bool loaded;
	void *library;

	if (loaded)
		return 0;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL); /* for good: GLib cannot be unloaded */
	if (!library) {
		error_set(ERR_FAILED, "cannot load GMime, which makes mail: %s", dlerror());
		error_hint("install it: on Debian the package %s", PACKAGE);
		return ERR_FAILED;
	}
#define FIND(name)                                                \
	if (find((void **)&lib.name, library, #name) < 0)         \
		return ERR_FAILED;
	FUNCTIONS(FIND)
	lib.g_mime_init();
	loaded = true;
	return 0;
}

static int check_address(const char *address)
{
	return address_is_valid(address) ? 0 : error_set(ERR_INVALID, "'%s' is no mail address", address);
}

int mail_ready(void)
{
	return load();
}

/* Digits that stand for this message and no other. */
static void hash_of(char out[ID_HEX + 1], const struct mail *mail)
{
	const char *identity = mail->id ? mail->id : mail->identity;
	struct sha1 sha1;
	struct id id;

	sha1_init(&sha1);
	sha1_add(&sha1, identity, strlen(identity));
	sha1_end(&id, &sha1);
	id_hex(out, &id);
}

/* UTF-8 whatever is in it: GMime's own way would choose a charset by the text. */
static void add_part(GMimeMultipart *parts, const char *subtype, const char *text)
{
	GMimeTextPart *part = lib.g_mime_text_part_new_with_subtype(subtype);
	GMimeStream *stream = lib.g_mime_stream_mem_new_with_buffer(text, strlen(text));
	GMimeDataWrapper *content = lib.g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	lib.g_mime_text_part_set_charset(part, "utf-8");
	lib.g_mime_part_set_content((GMimePart *)part, content);
	lib.g_mime_part_set_content_encoding((GMimePart *)part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	lib.g_mime_multipart_add(parts, (GMimeObject *)part);
	lib.g_object_unref(content);
	lib.g_object_unref(stream);
	lib.g_object_unref(part);
}

static void set_body(GMimeMessage *message, const struct mail *mail, const char *boundary)
{
	GMimeMultipart *parts = lib.g_mime_multipart_new_with_subtype("alternative");

	lib.g_mime_multipart_set_boundary(parts, boundary);
	add_part(parts, "plain", mail->text);
	add_part(parts, "html", mail->html);
	lib.g_mime_message_set_mime_part(message, (GMimeObject *)parts);
	lib.g_object_unref(parts);
}

static void add_address(GMimeMessage *message, GMimeAddressType type, const char *name, const char *address)
{
	InternetAddress *mailbox = lib.internet_address_mailbox_new(name, address);

	lib.internet_address_set_charset(mailbox, "utf-8");
	lib.internet_address_list_add(lib.g_mime_message_get_addresses(message, type), mailbox);
	lib.g_object_unref(mailbox);
}

static void set_references(GMimeMessage *message, const char *id)
{
	char *bracketed = xstrfmt("<%s>", id);

	lib.g_mime_object_set_header((GMimeObject *)message, "References", bracketed, "utf-8");
	free(bracketed);
}

static void set_head(GMimeMessage *message, const struct mail *mail, const char *hash)
{
	/* Without a name of its own, named below no host there is, and saying so (RFC 2606). */
	char *id = mail->id ? xstrdup(mail->id) : xstrfmt("%s.%s@async.invalid", hash, mail->kind);
	char *list = xstrfmt("<%s.async.invalid>", mail->list);
	GDateTime *date = lib.g_date_time_new_from_unix_utc(mail->date);

	add_address(message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from);
	add_address(message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to);
	lib.g_mime_message_set_subject(message, mail->subject, "utf-8");
	lib.g_mime_message_set_date(message, date);
	lib.g_mime_message_set_message_id(message, id);
	if (mail->references)
		set_references(message, mail->references);
	lib.g_mime_object_set_header((GMimeObject *)message, "Auto-Submitted", "auto-generated", "utf-8");
	lib.g_mime_object_set_header((GMimeObject *)message, "List-Id", list, "utf-8");
	lib.g_date_time_unref(date);
	free(list);
	free(id);
}

int mail_format(struct buf *out, const struct mail *mail)
{
	char hash[ID_HEX + 1];
	GMimeMessage *message;
	char *text;
	int rc;

	rc = check_address(mail->from);
	if (rc == 0)
		rc = check_address(mail->to);
	if (rc == 0)
		rc = load();
	if (rc < 0)
		return rc;
	hash_of(hash, mail);
	message = lib.g_mime_message_new(FALSE);
	set_head(message, mail, hash);
	set_body(message, mail, hash);
	text = lib.g_mime_object_to_string((GMimeObject *)message, NULL);
	buf_puts(out, text);
	lib.g_free(text);
	lib.g_object_unref(message);
	return 0;
}
