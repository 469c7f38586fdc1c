"""Where a construct stands: its path, its stack, and that stack's region, account and partition.

None of it ever changes, and each question about it goes to Node.js and back: it is asked once. Answers are kept for as
long as the construct itself.
"""

from __future__ import annotations

import functools
from typing import Any
from weakref import WeakKeyDictionary

from aws_cdk import Aws, Stack
from constructs import Construct, IConstruct

#: Parents and ids of constructs of ours, as they were given.
_PARENTS: WeakKeyDictionary[IConstruct, tuple[Construct, str]] = WeakKeyDictionary()
_PATHS: WeakKeyDictionary[IConstruct, str] = WeakKeyDictionary()
_STACKS: WeakKeyDictionary[IConstruct, Stack] = WeakKeyDictionary()
_ENVIRONMENTS: WeakKeyDictionary[Stack, tuple[str, str]] = WeakKeyDictionary()


def remember(construct: Any, scope: Construct, id: str) -> None:
    """Keeps where a construct that is about to be made will stand."""
    _PARENTS[construct] = scope, id


def path_of(construct: IConstruct) -> str:
    """``construct.node.path``."""
    if construct not in _PATHS:
        if construct in _PARENTS:
            scope, id = _PARENTS[construct]
            # As constructs write it: the root has no name, and a slash in an id would look like a level.
            _PATHS[construct] = f"{path_of(scope)}/{id.replace('/', '--')}".removeprefix("/")
        else:
            _PATHS[construct] = construct.node.path
    return _PATHS[construct]


def stack_of(construct: IConstruct) -> Stack:
    """``Stack.of(construct)``."""
    if isinstance(construct, Stack):
        return construct
    if construct not in _STACKS:
        known = _PARENTS.get(construct)
        _STACKS[construct] = stack_of(known[0]) if known else Stack.of(construct)
    return _STACKS[construct]


def region_of(construct: IConstruct) -> str:
    """Region of the stack; a token where it is known at deployment only."""
    return _environment(construct)[0]


def account_of(construct: IConstruct) -> str:
    """Account of the stack; a token where it is known at deployment only."""
    return _environment(construct)[1]


@functools.cache
def partition() -> str:
    """Partition that is deployed to, a token."""
    return Aws.PARTITION


@functools.cache
def url_suffix() -> str:
    """Domain that is deployed to, a token."""
    return Aws.URL_SUFFIX


def _environment(construct: IConstruct) -> tuple[str, str]:
    stack = stack_of(construct)
    if stack not in _ENVIRONMENTS:
        _ENVIRONMENTS[stack] = stack.region, stack.account
    return _ENVIRONMENTS[stack]
