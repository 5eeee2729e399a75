using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>Reads one message class with the structs inside it.</summary>
internal static class MessageParser
{
    public static ParsedMessage Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        INamedTypeSymbol message = (INamedTypeSymbol)context.TargetSymbol;
        Place place = Place.Of(message.Locations[0]);
        List<Finding> findings = [];
        MessageDeclaration declaration = MessageDeclaration.Read(context.Attributes[0], message, place, findings);
        cancellation.ThrowIfCancellationRequested();

        FieldParser fields = new(message, context.SemanticModel.Compilation, declaration.Versions.IsEmpty, findings);
        List<StructDraft> structs = [];
        foreach (INamedTypeSymbol type in StructsOf(message))
        {
            CheckPartial(type, findings);
            structs.Add(new(type, FieldsOf(type).Select(fields.Parse).OfType<FieldDraft>().ToList()));
        }

        MessageModel? model = findings.Count == 0 ? Assemble(declaration, message, structs, findings) : null;
        return new ParsedMessage(findings.Count == 0 ? model : null, new(findings), place);
    }

    private static IEnumerable<INamedTypeSymbol> StructsOf(INamedTypeSymbol message) =>
        new[] { message }.Concat(message.GetTypeMembers().Where(type => type.TypeKind == TypeKind.Class));

    private static IEnumerable<IFieldSymbol> FieldsOf(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>()
        .Where(field => !field.IsStatic && !field.IsConst && !field.IsImplicitlyDeclared
            && field.DeclaredAccessibility == Accessibility.Public);

    private static void CheckPartial(INamedTypeSymbol type, List<Finding> findings)
    {
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is ClassDeclarationSyntax declared
                && !declared.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                findings.Add(new(Rules.NotPartial, Place.Of(declared.Identifier.GetLocation()), type.Name));
            }
        }
    }

    private static MessageModel? Assemble(
        MessageDeclaration declaration, INamedTypeSymbol message, List<StructDraft> structs, List<Finding> findings)
    {
        DraftAnalysis analysis = new(structs, declaration.Flexible);
        if (analysis.FindRecursive() is { } recursive)
        {
            findings.Add(new(Rules.Recursive, recursive.Place, recursive.Name));
            return null;
        }

        analysis.Follow(declaration.Versions);
        DraftChecks.Check(structs, declaration, findings);
        return new MessageModel(
            message.ContainingNamespace.ToDisplayString(),
            declaration.Identity,
            declaration.Versions,
            declaration.Flexible,
            declaration.UnstableFrom,
            new(structs.Select(draft => new StructModel(
                draft.Name,
                draft.Context,
                new(draft.NarrowedFields),
                draft.Uses,
                analysis.WireSizeMinOf(draft),
                analysis.MemoryOf(draft)))));
    }
}
