"""An embedded AWS that deploys a CDK cloud assembly and really runs its state machines, without an account."""

__version__ = "0.2.0"
