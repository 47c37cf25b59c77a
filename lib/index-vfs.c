/*
 * SQLite's file system, with a checksum on every page and without its locks.
 *
 * A flipped bit in a page is a wrong row at worst and a crash at best, and SQLite's own
 * checks find half of them. Here each page of the database file is summed when it is
 * written and compared when it is read, in the eight bytes that SQLite leaves free at its
 * end; the write-ahead log needs none, because SQLite sums its frames and checks them all
 * when it is opened. A page that stands in another's place has the wrong sum; a file that is
 * older than its log is found by is_whole() in index.c. One page alone as it was before, where
 * a disk lost a write and says nothing, is not found: `verify` reads the objects.
 *
 * Who may write when is arranged in index-file.c. SQLite is told that it is alone, and so
 * keeps what it knows of the write-ahead log in memory: the file it would share is cut and
 * written anew by every short process, which takes longer than most questions.
 */
#include <stdbool.h>
#include <string.h>

#include "index-internal.h"

#define PAGE 4096
#define SUM_AT (PAGE - 8)
#define HEADER_LOG 18     /* where a database file's header says 2, 2 if it has a write-ahead log */
#define HEADER_VERSION 60 /* and where its user_version is */
#define HEADER_READ 100

/* Ours comes first, the default file system's own file behind it. */
struct sum_file {
	sqlite3_file base;
	uint32_t version;
	bool opened;
	_Alignas(8) char real[];
};

static sqlite3_vfs *real_vfs(void)
{
	return sqlite3_vfs_find("unix");
}

static sqlite3_file *real(sqlite3_file *file)
{
	return (sqlite3_file *)((struct sum_file *)(void *)file)->real;
}

/*
 * Each step is a bijection of the sum, so a change within one word of a lane always
 * shows. The page's number is part of it, and an empty page has no empty sum.
 */
static uint64_t sum_page(const unsigned char *page, sqlite3_int64 offset)
{
	static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t lane[4], word, sum = UINT64_C(0x6173796e632d7375) ^ (uint64_t)offset;

	for (int i = 0; i < 4; i++)
		lane[i] = sum + (uint64_t)i;
	for (int at = 0; at < SUM_AT; at += 8) {
		uint64_t *h = &lane[(at >> 3) & 3];

		memcpy(&word, page + at, 8);
		*h = (*h ^ word) * odd;
		*h ^= *h >> 32;
	}
	for (int i = 0; i < 4; i++) {
		sum = (sum ^ lane[i]) * odd;
		sum ^= sum >> 32;
	}
	return sum;
}

static int sum_close(sqlite3_file *file)
{
	return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}

static void note_header(struct sum_file *sum, const unsigned char *header)
{
	const unsigned char *v = header + HEADER_VERSION;

	if (sum->opened)
		return;
	sum->opened = true;
	if (header[HEADER_LOG] != 2 || header[HEADER_LOG + 1] != 2)
		return;
	sum->version = (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 | (uint32_t)v[2] << 8 | v[3];
}

static int sum_read(sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
	const unsigned char *page = data;
	uint64_t stored;
	int rc;

	rc = real(file)->pMethods->xRead(real(file), data, len, offset);
	if (len < 512) { /* a part of the header, before the page size is known */
		if (rc == SQLITE_OK && offset == 0 && len >= HEADER_READ)
			note_header((struct sum_file *)(void *)file, data);
		return rc;
	}
	if (rc != SQLITE_OK)
		return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_DATA : rc;
	if (len != PAGE || offset % PAGE)
		return SQLITE_IOERR_DATA;
	memcpy(&stored, page + SUM_AT, 8);
	return stored == sum_page(page, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int sum_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
	unsigned char page[PAGE];
	uint64_t sum;

	if (len != PAGE || offset % PAGE)
		return SQLITE_IOERR_WRITE;
	memcpy(page, data, SUM_AT);
	sum = sum_page(page, offset);
	memcpy(page + SUM_AT, &sum, 8);
	return real(file)->pMethods->xWrite(real(file), page, len, offset);
}

static int sum_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real(file)->pMethods->xTruncate(real(file), size);
}

static int sum_sync(sqlite3_file *file, int flags)
{
	return real(file)->pMethods->xSync(real(file), flags);
}

static int sum_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real(file)->pMethods->xFileSize(real(file), size);
}

static int sum_lock(sqlite3_file *file, int lock)
{
	(void)file;
	(void)lock;
	return SQLITE_OK;
}

static int sum_check_reserved_lock(sqlite3_file *file, int *out)
{
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int sum_file_control(sqlite3_file *file, int op, void *arg)
{
	return real(file)->pMethods->xFileControl(real(file), op, arg);
}

static int sum_sector_size(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int sum_device(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static const sqlite3_io_methods sum_methods = {
	.iVersion = 1, /* no shared memory; no mapped reads, which could not be checked */
	.xClose = sum_close,
	.xRead = sum_read,
	.xWrite = sum_write,
	.xTruncate = sum_truncate,
	.xSync = sum_sync,
	.xFileSize = sum_file_size,
	.xLock = sum_lock,
	.xUnlock = sum_lock,
	.xCheckReservedLock = sum_check_reserved_lock,
	.xFileControl = sum_file_control,
	.xSectorSize = sum_sector_size,
	.xDeviceCharacteristics = sum_device,
};

/* What SQLite would roll back from. We never make one: whoever put it there means no good. */
static bool is_journal(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	return len > 8 && !strcmp(name + len - 8, "-journal");
}

static int sum_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	*out = 0;
	return is_journal(name) ? SQLITE_OK : real_vfs()->xAccess(real_vfs(), name, flags, out);
}

/* Only the database itself is wrapped; its log and temporary files are the default's alone. */
static int sum_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct sum_file *sum = (struct sum_file *)(void *)file;
	int rc;

	(void)vfs;
	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return real_vfs()->xOpen(real_vfs(), name, file, flags, out_flags);
	memset(sum, 0, sizeof(*sum));
	rc = real_vfs()->xOpen(real_vfs(), name, real(file), flags, out_flags);
	if (rc == SQLITE_OK)
		sum->base.pMethods = &sum_methods;
	return rc;
}

const char *index_vfs(void)
{
	static sqlite3_vfs vfs;

	if (vfs.zName)
		return vfs.zName;
	vfs = *real_vfs(); /* its other functions do not look at which one they are called for */
	vfs.pNext = NULL;
	vfs.szOsFile += (int)sizeof(struct sum_file);
	vfs.zName = "async-sum";
	vfs.xOpen = sum_open;
	vfs.xAccess = sum_access;
	return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : NULL;
}

uint32_t index_vfs_version(sqlite3 *db)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	return file && file->pMethods == &sum_methods ? ((struct sum_file *)(void *)file)->version : 0;
}
