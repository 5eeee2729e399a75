using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Millrace.Protocol.Generator.Emitter;
using Millrace.Protocol.Generator.Model;
using Millrace.Protocol.Generator.Parser;

namespace Millrace.Protocol.Generator;

/// <summary>
/// Turns classes with <c>[Message]</c> into codecs. The stages hand on values that compare by content, so that an edit
/// runs only what it changes: parsing (per message) -> model (per message) -> code (per message), and identities (all)
/// -> catalog.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessageGenerator : IIncrementalGenerator
{
    /// <summary>Names of the stages, for tests of what ran again.</summary>
    public const string ModelStage = "Model";

    /// <summary>See <see cref="ModelStage"/>.</summary>
    public const string IdentityStage = "Identities";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedMessage> parsed = context.SyntaxProvider.ForAttributeWithMetadataName(
            "Millrace.Protocol.MessageAttribute",
            static (node, _) => node is ClassDeclarationSyntax,
            static (found, cancellation) => MessageParser.Parse(found, cancellation));

        IncrementalValuesProvider<MessageModel> models = parsed
            .Where(static message => message.Model is not null)
            .Select(static (message, _) => message.Model!)
            .WithTrackingName(ModelStage);
        context.RegisterSourceOutput(models, static (output, model) => output.AddSource(
            $"{model.Root.ClassName}.g.cs", SourceText.From(MessageEmitter.Emit(model), Encoding.UTF8)));

        IncrementalValueProvider<EquatableArray<MessageIdentity>> identities = models
            .Select(static (model, _) => model.Identity)
            .Collect()
            .Select(static (all, _) => new EquatableArray<MessageIdentity>(all))
            .WithTrackingName(IdentityStage);
        context.RegisterSourceOutput(identities, static (output, all) => output.AddSource(
            "GeneratedMessages.g.cs", SourceText.From(CatalogEmitter.Emit(all), Encoding.UTF8)));

        context.RegisterSourceOutput(
            parsed.SelectMany(static (message, _) => message.Findings),
            static (output, finding) => output.ReportDiagnostic(finding.ToDiagnostic()));
        context.RegisterSourceOutput(
            parsed.Where(static message => message.Model is not null).Collect(),
            static (output, all) => ReportSharedKeys(output, all));
    }

    private static void ReportSharedKeys(SourceProductionContext output, ImmutableArray<ParsedMessage> all)
    {
        Dictionary<(string Type, int Key, string Log), string> taken = [];
        foreach (ParsedMessage message in all.OrderBy(
            message => message.Model!.Identity.FullName, System.StringComparer.Ordinal))
        {
            MessageIdentity identity = message.Model!.Identity;
            if (identity.Key < 0)
            {
                continue;
            }

            (string, int, string) key = (identity.Type, identity.Key, identity.Log);
            if (taken.TryGetValue(key, out string? first))
            {
                output.ReportDiagnostic(
                    new Finding(Rules.SameKey, message.Place, identity.FullName, first).ToDiagnostic());
            }
            else
            {
                taken.Add(key, identity.FullName);
            }
        }
    }
}
