using Millrace.Base;
using Millrace.Server;

// A broken invariant is our own fault, and nothing that was computed after it can be trusted: no catch may go on.
Invariant.EndsProcess = true;
Limits.Validate();
return CommandLine.Create().Parse(args).Invoke();
