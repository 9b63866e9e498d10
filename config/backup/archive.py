"""One portable file: tables/<model>.jsonl, media/<path>, manifest.json with a checksum of
each. Writing goes to a draft beside it; reading checks everything before a row is written."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import AuditEntry, User
from config.backup import tables
from records.fields import decrypt, encrypt, keyed_hash
from records.models import Attachment, Job
from stations.models import Region

FORMAT = 1
BLOCK = 1024 * 1024
SAMPLE = "backup"
# With a row in any of these somebody has begun to work; what else a migration filled in
# (content types, permissions, shipped data) is replaced by the archive's.
MUST_BE_EMPTY = (User, Region, AuditEntry, Attachment, Job)


class BackupError(Exception):
    """Its text is the Chinese sentence that the operator reads."""


# --- writing -----------------------------------------------------------------------


def backup(path: Path, *, say=lambda text: None):
    if path.exists():
        raise BackupError(f"{path} 已经存在。请换一个文件名，或先移走原来的文件。")
    draft = path.with_name(f"{path.name}.part")
    try:
        with open_private(draft) as file, zipfile.ZipFile(file, "w") as archive:
            manifest = write_all(archive, say)
        draft.replace(path)
    except OSError as error:
        raise BackupError(f"没有写成 {path}：{error.strerror or error}。") from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


@contextmanager
def open_private(path):
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_all(archive, say):
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": applied_migrations(),
        "keys": {"field": encrypt(SAMPLE), "hash": keyed_hash(SAMPLE)},
        "left_out": sorted(tables.LEFT_OUT),
        "tables": [],
        "files": [],
    }
    with snapshot():
        for model in tables.tables():
            say(model._meta.label_lower)
            manifest["tables"].append(write_table(archive, model))
    # After the rows: a file is stored before its row, so no row of the snapshot lacks one.
    for file in media_files(settings.MEDIA_ROOT):
        manifest["files"].append(write_file(archive, file))
    body = json.dumps(manifest, ensure_ascii=False, indent=1)
    archive.writestr("manifest.json", body, compress_type=zipfile.ZIP_DEFLATED)
    return manifest


@contextmanager
def snapshot():
    """All tables as of one moment, without holding up those who write meanwhile."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def applied_migrations():
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def write_table(archive, model):
    label = model._meta.label_lower
    digest, count = hashlib.sha256(), 0
    with archive.open(deflated(f"tables/{label}.jsonl"), "w", force_zip64=True) as target:
        for line in tables.lines(model):
            target.write(line)
            digest.update(line)
            count += 1
    columns = tables.columns(model)
    return {"model": label, "columns": columns, "rows": count, "sha256": digest.hexdigest()}


def deflated(name):
    info = zipfile.ZipInfo(name, date_time=timezone.localtime().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def media_files(root):
    return sorted(path for path in Path(root).rglob("*") if path.is_file())


def write_file(archive, path):
    name = path.relative_to(settings.MEDIA_ROOT).as_posix()
    digest, size = hashlib.sha256(), 0
    # Photos are compressed already.
    info = zipfile.ZipInfo(f"media/{name}", date_time=timezone.localtime().timetuple()[:6])
    with archive.open(info, "w", force_zip64=True) as target, path.open("rb") as source:
        while block := source.read(BLOCK):
            target.write(block)
            digest.update(block)
            size += len(block)
    return {"path": name, "size": size, "sha256": digest.hexdigest()}


# --- reading -----------------------------------------------------------------------


def restore(path: Path, *, say=lambda text: None):
    with opened(path) as archive:
        manifest = read_manifest(archive)
        refuse_unless_fitting(manifest)
        say("核对校验值……")
        check_all(archive, manifest)
        with staged_media(archive, manifest) as move_in:
            try:
                with transaction.atomic():
                    write_tables(archive, manifest, say)
                    move_in()
            except DatabaseError as error:
                raise BackupError(
                    f"写入数据库时出错，已全部撤回，没有恢复任何数据：{error}"
                ) from error
    ContentType.objects.clear_cache()
    return manifest


@contextmanager
def opened(path):
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise BackupError(f"读写失败，没有恢复任何数据：{error.strerror or error}。") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged(path.name) from error


def damaged(what):
    return BackupError(f"备份文件不完整或已损坏（{what}），没有恢复任何数据。请换一份备份文件。")


def read_manifest(archive):
    try:
        manifest = json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError) as error:
        raise damaged("缺少清单") from error
    if manifest.get("format") != FORMAT:
        raise BackupError("这份备份由其他版本的程序生成，请用生成它的版本恢复。")
    return manifest


def refuse_unless_fitting(manifest):
    if used := [str(model._meta.verbose_name) for model in MUST_BE_EMPTY if model.objects.exists()]:
        raise BackupError(
            f"当前数据库里已有数据（{'、'.join(used)}），没有恢复任何数据。"
            "请先新建空数据库并执行 migrate，再恢复。"
        )
    if media_files(settings.MEDIA_ROOT):
        raise BackupError(f"附件文件夹 {settings.MEDIA_ROOT} 不是空的，没有恢复任何数据。")
    if manifest["migrations"] != applied_migrations():
        raise BackupError(
            "备份与当前程序的数据库版本不一致，没有恢复任何数据。请用生成备份时的版本恢复后再升级。"
        )
    if not keys_fit(manifest["keys"]):
        raise BackupError(
            "当前的 FIELD_KEYS、HASH_KEY 与备份时的不同，恢复后身份证号等将无法读出，"
            "没有恢复任何数据。请先把备份时的密钥（var/env）放回原处。"
        )


def keys_fit(keys):
    from cryptography.fernet import InvalidToken

    try:
        return decrypt(keys["field"]) == SAMPLE and keys["hash"] == keyed_hash(SAMPLE)
    except InvalidToken:
        return False


def check_all(archive, manifest):
    """Every checksum, before anything is written."""
    known = {model._meta.label_lower: model for model in tables.tables()}
    for table in manifest["tables"]:
        model = known.get(table["model"])
        if model is None or tables.columns(model) != table["columns"]:
            raise BackupError(f"备份中的表 {table['model']} 与当前程序不一致，没有恢复任何数据。")
        check_member(archive, f"tables/{table['model']}.jsonl", table["sha256"])
    for file in manifest["files"]:
        parts = PurePosixPath(file["path"]).parts
        if ".." in parts or PurePosixPath(file["path"]).is_absolute():
            raise damaged(file["path"])
        check_member(archive, f"media/{file['path']}", file["sha256"])


def check_member(archive, name, expected):
    digest = hashlib.sha256()
    try:
        with archive.open(name) as source:
            while block := source.read(BLOCK):
                digest.update(block)
    except KeyError as error:
        raise damaged(name) from error
    if digest.hexdigest() != expected:
        raise damaged(name)


@contextmanager
def staged_media(archive, manifest):
    """Files are laid out beside the media folder and moved in at the end of the
    transaction; whatever goes wrong before the commit moves them out again."""
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix="media-restoring-", dir=root.parent))
    moved = []

    def move_in():
        if root.exists():
            shutil.rmtree(root)
        staging.replace(root)
        moved.append(root)

    try:
        for file in manifest["files"]:
            unpack(archive, f"media/{file['path']}", staging / file["path"])
        staging.chmod(0o750)
        yield move_in
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in moved:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        raise


def unpack(archive, name, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, BLOCK)
    target.chmod(settings.FILE_UPLOAD_PERMISSIONS)


def write_tables(archive, manifest, say):
    known = {model._meta.label_lower: model for model in tables.tables()}
    written = [known[table["model"]] for table in manifest["tables"]]
    with connection.cursor() as cursor:
        for model in written:
            if model._base_manager.exists():
                quoted = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {quoted}")  # noqa: S608
    for table, model in zip(manifest["tables"], written, strict=True):
        say(table["model"])
        with archive.open(f"tables/{table['model']}.jsonl") as source:
            if tables.write(model, source) != table["rows"]:
                raise damaged(table["model"])
    connection.check_constraints()
    tables.reset_sequences(written)
