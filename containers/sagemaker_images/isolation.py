"""Enters the place where a program of a job or a function runs: a view of the file system, and processes of its own.

``python isolation.py <place as JSON> <program> <argument>...``, or :func:`enter` in a process that was forked for it.
Standard library only. A place is what :mod:`local_aws.base.isolation` writes:

- ``namespaces``: ``mount``, ``user``, ``pid``, ``ipc``, ``network``: those that the program gets for itself;
- ``root``: a directory of the host that becomes the root of the view; None: ``/opt`` alone is replaced;
- ``mounts``: in their order, each ``[source, target, how]`` with ``how`` one of ``read``, ``write``, ``layer``;
- ``layer``: a directory of the host for what is changed in the ``layer`` mounts;
- ``folder``: the working directory.

https://man7.org/linux/man-pages/man7/namespaces.7.html
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

# https://man7.org/linux/man-pages/man2/unshare.2.html
_NAMESPACES = {
    "mount": 0x00020000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "network": 0x40000000,
}
_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_DETACH = 2
# mount_setattr(2), the same number on every architecture.
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = 442, -100, 0x8000, 1
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
# Capabilities that a container of Docker has: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID,
# NET_BIND_SERVICE. Without the others nothing of what is mounted can be taken away again.
_KEPT_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 10)
_LAST_CAPABILITY = 63
_MOST_DESCRIPTORS = 1 << 16
_CAPABILITY_VERSION_3 = 0x20080522
_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def enter(place: Mapping[str, Any], leave: Callable[[], None] = lambda: None) -> None:
    """Enters a place; with processes of its own it returns only in that of the program.

    Args:
        place: The place.
        leave: Closes what belongs to the program alone, in the processes beside it.

    Raises:
        OSError: The kernel does not allow it.
    """
    namespaces: Sequence[str] = place["namespaces"]
    libc = ctypes.CDLL(None, use_errno=True)
    if namespaces:
        user, group = os.geteuid(), os.getegid()
        _call(libc.unshare, sum(_NAMESPACES[each] for each in namespaces))
        if "user" in namespaces:
            for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
    if "pid" in namespaces:
        _become_the_program(libc, leave)
    if "mount" in namespaces:
        _call(libc.mount, None, b"/", None, _REC | _PRIVATE, None)
        if place["root"] is None:
            _replace_opt(libc, place)
        else:
            _make_view(libc, place)
    os.chdir(place["folder"])
    if place["root"] is not None:
        _drop_capabilities(libc)


def _call(function: Any, *arguments: Any) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} ({function.__name__} {arguments!r})")


def _become_the_program(libc: Any, leave: Callable[[], None]) -> None:
    """Returns in the process of the program; this one waits for it and ends as it ends, and everything with it."""
    first = os.fork()
    if first == 0:
        leave()
        _collect(libc)
    own = os.getpid()
    # Signals that come meanwhile wait until the program can get them.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
    ready, tell = os.pipe()
    program = os.fork()
    if program == 0:
        # Who ends this process at once ends the program, too.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        for each in _FORWARDED:
            # What was sent to both reaches the program once, by the other one.
            signal.signal(each, signal.signal(each, signal.SIG_IGN))
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(ready)
        os.close(tell)
        return
    assert own == os.getpid()
    os.close(tell)
    os.read(ready, 1)  # ends when the program has closed its end
    os.close(ready)
    for each in _FORWARDED:
        signal.signal(each, lambda number, _: _send(program, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    leave()
    _close_everything()
    _, status = os.waitpid(program, 0)
    # The end of the first process of a namespace is the end of all others.
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _send(program: int, number: int) -> None:
    try:
        os.killpg(program, number)
    except ProcessLookupError:
        return


def _collect(libc: Any) -> NoReturn:
    """The first process of the namespace: it collects those whose parents have ended."""
    _drop_capabilities(libc)
    _close_everything()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        signal.sigwait({signal.SIGCHLD})
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            continue


def _close_everything() -> None:
    # /proc may be gone with the old root.
    os.closerange(0, _MOST_DESCRIPTORS)


def _make_view(libc: Any, place: Mapping[str, Any]) -> None:
    root: str = place["root"]
    _mount(libc, "tmpfs", root, "tmpfs", _NOSUID | _NODEV, "mode=755")
    for source, target, how in place["mounts"]:
        _show(libc, source, root + target, how, place)
    os.makedirs(f"{root}/proc", exist_ok=True)
    _mount(libc, "proc", f"{root}/proc", "proc", _NOSUID | _NODEV)
    _devices(libc, root)
    os.chdir(root)
    # Old and new root in one place: https://man7.org/linux/man-pages/man2/pivot_root.2.html
    machine = os.uname().machine
    number = _PIVOT_ROOT.get(machine)
    if number is None:
        raise OSError(errno.ENOSYS, f"the number of pivot_root on {machine} is not known")
    _call(libc.syscall, number, b".", b".")
    _call(libc.umount2, b".", _DETACH)
    os.chdir("/")


def _show(libc: Any, source: str, target: str, how: str, place: Mapping[str, Any]) -> None:
    """Something of the host in the view; what is below it on the host is there, too."""
    if how == "link":
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(source, target)
        return
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):  # it may be there with the interpreter, which is not to be changed
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "ab"):
            pass
    if how == "layer" and _layer(libc, source, target, place):
        return
    _mount(libc, source, target, None, _BIND | _REC)
    # A layer that the kernel does not have leaves the thing itself, which is not to be changed.
    if how != "write":
        _make_read_only(libc, target)


def _layer(libc: Any, source: str, target: str, place: Mapping[str, Any]) -> bool:
    """The directory with a layer above it that takes what is changed; False if the kernel has no such thing."""
    if any(each in source for each in ",:\\"):
        return False
    attributes = ",userxattr" if "user" in place["namespaces"] else ""
    # Where the folder of the job cannot take changes, as on a layer itself, memory does.
    for parent in (place["layer"], f"{place['root']}/.layer"):
        upper, work = f"{parent}/upper", f"{parent}/work"
        if any(each in parent for each in ",:\\"):
            continue
        os.makedirs(upper, exist_ok=True)
        os.makedirs(work, exist_ok=True)
        try:
            options = f"lowerdir={source},upperdir={upper},workdir={work}{attributes}"
            _mount(libc, "overlay", target, "overlay", 0, options)
        except OSError:
            continue
        return True
    return False


def _make_read_only(libc: Any, target: str) -> None:
    # Attributes to set and to clear, propagation, descriptor of a user namespace.
    attributes = (ctypes.c_uint64 * 4)(_ATTR_RDONLY, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    if libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, target.encode(), _AT_RECURSIVE, ctypes.byref(attributes), size) == 0:
        return
    # Before Linux 5.12.
    _mount(libc, None, target, None, _REMOUNT | _BIND | _RDONLY)


def _devices(libc: Any, root: str) -> None:
    os.makedirs(f"{root}/dev/shm", exist_ok=True)
    _mount(libc, "tmpfs", f"{root}/dev/shm", "tmpfs", _NOSUID | _NODEV, "mode=1777")
    for name in ("null", "zero", "full", "random", "urandom"):
        with open(f"{root}/dev/{name}", "ab"):
            pass
        _mount(libc, f"/dev/{name}", f"{root}/dev/{name}", None, _BIND)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{root}/dev/{name}")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")


def _replace_opt(libc: Any, place: Mapping[str, Any]) -> None:
    """Where processes of its own are not allowed: an /opt that holds what it holds on the host, and more."""
    opt: str = place["opt"]
    _mount(libc, "tmpfs", opt, "tmpfs", 0)
    for name in os.listdir("/opt"):
        path, target = f"/opt/{name}", f"{opt}/{name}"
        if os.path.islink(path):
            os.symlink(os.readlink(path), target)
        elif name != "ml":
            _show(libc, path, target, "write", place)
    for source, target, how in place["mounts"]:
        _show(libc, source, opt + target.removeprefix("/opt"), how, place)
    _mount(libc, opt, "/opt", None, _BIND | _REC)


def _mount(
    libc: Any, source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    names = [each.encode() if each is not None else None for each in (source, target, kind, options)]
    _call(libc.mount, names[0], names[1], names[2], ctypes.c_ulong(flags), names[3])


def _drop_capabilities(libc: Any) -> None:
    for each in range(_LAST_CAPABILITY + 1):
        if each not in _KEPT_CAPABILITIES:
            libc.prctl(_PR_CAPBSET_DROP, each, 0, 0, 0)
    kept = sum(1 << each for each in _KEPT_CAPABILITIES)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    found = (ctypes.c_uint32 * 6)()
    if libc.capget(header, found) != 0:
        return
    # Effective, permitted, inheritable of the lower half; none of the upper one.
    low = [found[0] & kept, found[1] & kept, 0]
    libc.capset(header, (ctypes.c_uint32 * 6)(*low, 0, 0, 0))


def main(arguments: Sequence[str]) -> NoReturn:
    """Enters a place and becomes a program there."""
    try:
        enter(json.loads(arguments[0]))
    except OSError as error:
        print(f"the sandbox could not be set up: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    # As the subprocess module does: these are ignored by Python, not by programs.
    for each in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(each, signal.SIG_DFL)
    try:
        os.execvp(arguments[1], [*arguments[1:]])
    except OSError as error:
        # As a shell says it.
        print(f"{arguments[1]}: {error.strerror}", file=sys.stderr)
        raise SystemExit(127 if error.errno == errno.ENOENT else 126) from None


if __name__ == "__main__":
    main(sys.argv[1:])
