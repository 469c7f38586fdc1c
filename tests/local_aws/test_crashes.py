"""The message of an app that crashes, in every language of the CDK; the outputs are those of the runtimes."""

from __future__ import annotations

import pytest

from local_aws.app.crashes import message

NODE = """
/app/bin/shop.js:2
  if (!stage) throw new StageError("no stage given:\\n  write -c stage=NAME");
              ^

StageError: no stage given:
  write -c stage=NAME
    at main (/app/bin/shop.js:2:21)
    at node:internal/main/run_main_module:33:47

Node.js v24.19.0
"""
NODE_WITH_PROPERTIES = """
node:internal/modules/cjs/loader:1520
  throw err;
  ^

Error: Cannot find module 'aws-cdk-lib'
Require stack:
- /app/bin/shop.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1517:15)
    at Module._compile (node:internal/modules/cjs/loader:1872:14) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/bin/shop.js' ]
}

Node.js v24.19.0
"""
NODE_WITH_CAUSE = """
Error: the queue was refused
    at main (/app/e.js:1:32)
    ... 6 lines matching cause stack trace ...
    at node:internal/main/run_main_module:33:47 {
  cause: TypeError: not a number
      at main (/app/e.js:1:67)
}

Node.js v24.19.0
"""
NODE_TEXT = """
/app/c.js:1
throw "just text";
^
just text
(Use `node --trace-uncaught ...` to show where the exception was thrown)

Node.js v24.19.0
"""
TYPESCRIPT = """
/app/node_modules/ts-node/src/index.ts:859
    return new TSError(diagnosticText, diagnosticCodes, diagnostics);
           ^
TSError: ⨯ Unable to compile TypeScript:
bin/shop.ts:5:7 - error TS2322: Type 'string' is not assignable to type 'number'.

    at createTSError (/app/node_modules/ts-node/src/index.ts:859:12)
    at reportTSError (/app/node_modules/ts-node/src/index.ts:863:19) {
  diagnosticCodes: [ 2322 ]
}
npm error Lifecycle script `synth` failed with error:
npm error code 1
"""
JAVA = """
reading settings
Exception in thread "main" java.lang.RuntimeException: could not synthesize
\tat shop.App.main(App.java:1)
Caused by: java.lang.IllegalStateException: no stage given
\tat shop.App.main(App.java:1)
\t... 1 more
"""
GRADLE = (
    JAVA
    + """
FAILURE: Build failed with an exception.

* What went wrong:
> Process 'command 'java'' finished with non-zero exit value 1
"""
)
MAVEN = """
[INFO] BUILD FAILURE
[ERROR] Failed to execute goal org.codehaus.mojo:exec-maven-plugin:3.1.0:java: no stage given -> [Help 1]
[ERROR]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
"""
DOTNET = """
Unhandled exception. System.InvalidOperationException: no stage given
   at Shop.Program.Main(String[] args) in /app/src/Program.cs:line 9
"""
GO = """
panic: no stage given

goroutine 1 [running]:
main.main()
\t/app/main.go:10 +0x1d
exit status 2
"""
PYTHON = """
Traceback (most recent call last):
  File "/app/app.py", line 2, in <module>
    raise ValueError("no stage given")
ValueError: no stage given
  write -c stage=NAME
"""
AFTER_A_WARNING = """
DeprecationWarning: old
    at warn (/app/a.js:1:1)
no stage given
"""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (NODE, "StageError: no stage given: write -c stage=NAME"),
        (NODE_WITH_PROPERTIES, "Error: Cannot find module 'aws-cdk-lib' Require stack: - /app/bin/shop.js"),
        (NODE_WITH_CAUSE, "Error: the queue was refused"),
        (NODE_TEXT, "just text"),
        (
            TYPESCRIPT,
            "TSError: ⨯ Unable to compile TypeScript: bin/shop.ts:5:7 - error TS2322: Type 'string' is not assignable "
            "to type 'number'.",
        ),
        (JAVA, "Caused by: java.lang.IllegalStateException: no stage given"),
        (GRADLE, "Caused by: java.lang.IllegalStateException: no stage given"),
        (MAVEN, "Failed to execute goal org.codehaus.mojo:exec-maven-plugin:3.1.0:java: no stage given"),
        (DOTNET, "Unhandled exception. System.InvalidOperationException: no stage given"),
        (GO, "panic: no stage given"),
        (PYTHON, "ValueError: no stage given write -c stage=NAME"),
        (AFTER_A_WARNING, "no stage given"),
        (
            'npm error Missing script: "synth"\nnpm error A log is elsewhere',
            'npm error Missing script: "synth"',
        ),
        ("", ""),
    ],
)
def test_the_message_of_a_crash_is_found(output: str, expected: str) -> None:
    assert message(output) == expected


def test_a_long_message_is_cut() -> None:
    assert len(message("x" * 5000)) == 500
