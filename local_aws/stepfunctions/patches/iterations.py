"""What moto 5.2.5 gets wrong where a Map or Parallel hands on what happened inside.

- An error whose name begins with ``States.`` crashes its worker, and no Catch outside sees it.
- A worker calls itself for each item, so that a thousand items behind MaxConcurrency 1 end in RecursionError.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Mends the workers."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
    from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
    from moto.stepfunctions.parser.asl.component.state.fail import state_fail

    from local_aws.stepfunctions.reading.failures import NamedError

    for module in (iteration_worker, branches_decl, state_fail):
        patches.replace(module, "CustomErrorName", NamedError)
    patches.replace(iteration_worker.IterationWorker, "_eval_pool", _work)


def _work(self: Any, job: Any, worker_frame: Any) -> None:
    """Does one job after the other."""
    while job is not None:
        job_frame = worker_frame.open_inner_frame()
        self._eval_job(env=job_frame, job=job)
        worker_frame.close_frame(job_frame)
        failed = isinstance(job.job_output, Exception) or self.stopped()
        following = None if failed else self._job_pool.next_job()
        if following is None:
            if not failed:
                published = job_frame.event_history_context.last_published_event_id
                worker_frame.event_history_context.source_event_id = published
            # The frame before the job: a Map waits for its jobs, and its environment must be up to date by then.
            self._env.close_frame(worker_frame)
            self._job_pool.close_job(job)
            return
        self._job_pool.close_job(job)
        job = following
    self._env.close_frame(worker_frame)
