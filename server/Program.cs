using System.CommandLine;
using Millrace.Server;

RootCommand root = new("Millrace: a Kafka broker in one native binary.") { VersionCommand.Create() };
return root.Parse(args).Invoke();
