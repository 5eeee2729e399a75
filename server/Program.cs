using Millrace.Server;

return CommandLine.Create().Parse(args).Invoke();
