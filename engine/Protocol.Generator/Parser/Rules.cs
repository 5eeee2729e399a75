using Microsoft.CodeAnalysis;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>The rules that a declaration has to keep; breaking one is a compiler error at the place.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor NotPartial = Rule(
        "MR001", "Message classes are partial",
        "Class '{0}' has to be partial: the generator writes its codec into it");

    public static readonly DiagnosticDescriptor BadVersions = Rule(
        "MR002", "Version ranges are well formed", "'{0}' is no version range of {1}");

    public static readonly DiagnosticDescriptor SinceAfterUntil = Rule(
        "MR003", "Fields begin before they end", "Field '{0}' exists in no version: {1}");

    public static readonly DiagnosticDescriptor TagTwice = Rule(
        "MR004", "Tags are unique", "Tag {1} of field '{0}' is taken by another field of the struct");

    public static readonly DiagnosticDescriptor TagGap = Rule(
        "MR005", "Tags are contiguous", "Tag {1} of field '{0}' leaves a gap: tags count from 0");

    public static readonly DiagnosticDescriptor TagNotFlexible = Rule(
        "MR006", "Tagged fields need flexible versions",
        "Field '{0}' is tagged in versions that are not flexible: {1}");

    public static readonly DiagnosticDescriptor NullableType = Rule(
        "MR007", "Nullable fields have nullable types",
        "Field '{0}' may be null on the wire, but its type '{1}' cannot hold null");

    public static readonly DiagnosticDescriptor BadDefault = Rule(
        "MR008", "Defaults are constants", "The default of field '{0}' is no {1}");

    public static readonly DiagnosticDescriptor NullDefault = Rule(
        "MR009", "A default of null needs null in all versions",
        "Field '{0}' is null by default, but not all of its versions allow null: {1}");

    public static readonly DiagnosticDescriptor BadType = Rule(
        "MR010", "Fields have types that the protocol has", "Field '{0}' has type '{1}', which the protocol has not");

    public static readonly DiagnosticDescriptor NotNullable = Rule(
        "MR011", "Nullable types are nullable fields", "Field '{0}' has the nullable type '{1}', but no [Nullable]");

    public static readonly DiagnosticDescriptor LoneMapKey = Rule(
        "MR012", "Map keys are in elements of arrays",
        "Field '{0}' is a map key, but '{1}' is the element of no array");

    public static readonly DiagnosticDescriptor SameKey = Rule(
        "MR013", "A key belongs to one message", "'{0}' has the type and key of '{1}'");

    public static readonly DiagnosticDescriptor UnusedStruct = Rule(
        "MR014", "Structs are used", "No field uses struct '{0}' of '{1}'");

    public static readonly DiagnosticDescriptor Recursive = Rule(
        "MR015", "Structs do not contain themselves", "Struct '{0}' contains itself, so that its depth has no bound");

    public static readonly DiagnosticDescriptor Misplaced = Rule(
        "MR016", "Attributes fit their fields", "Field '{0}' cannot be {1}");

    public static readonly DiagnosticDescriptor Reserved = Rule(
        "MR017", "Names of generated members are free",
        "'{0}' is the name of a member that the generator adds to '{1}'");

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "Millrace.Protocol", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
