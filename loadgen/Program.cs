using Millrace.Base;
using Millrace.Loadgen;

// A broken invariant is our own fault, and nothing that was measured after it can be trusted: no catch may go on.
Invariant.EndsProcess = true;
Limits.Validate();
return CommandLine.Create().Parse(args).Invoke();
