using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>Reads one field: its type, its attributes, its default.</summary>
internal sealed class FieldParser(
    INamedTypeSymbol message, Compilation compilation, bool isRetired, List<Finding> findings)
{
    private const string AttributeNamespace = "Millrace.Protocol";

    /// <returns>Null where the type is none of the protocol's.</returns>
    public FieldDraft? Parse(IFieldSymbol field)
    {
        Place place = Place.Of(field.Locations[0]);
        if (TypeOf(field.Type) is not { } type)
        {
            findings.Add(new(Rules.BadType, place, field.Name, field.Type.ToDisplayString()));
            return null;
        }

        VersionRange range = VersionRange.All;
        VersionRange nullable = VersionRange.None;
        int tag = -1;
        FieldTraits traits = FieldTraits.None;
        foreach (AttributeData attribute in field.GetAttributes())
        {
            if (attribute.AttributeClass?.ContainingNamespace.ToDisplayString() != AttributeNamespace)
            {
                continue;
            }

            switch (attribute.AttributeClass.Name)
            {
                case "SinceAttribute":
                    range = range with { Low = Number(attribute) };
                    break;
                case "UntilAttribute":
                    range = range with { High = Number(attribute) };
                    break;
                case "NullableAttribute":
                    nullable = new(Number(attribute), Named(attribute, "Until", VersionRange.Endless));
                    break;
                case "TagAttribute":
                    tag = Number(attribute);
                    range = range with { Low = Named(attribute, "Since", range.Low) };
                    break;
                default:
                    traits |= TraitOf(attribute.AttributeClass.Name);
                    break;
            }
        }

        DefaultValue? value = new DefaultParser(compilation).Parse(field, type);
        if (value is null)
        {
            findings.Add(
                new(Rules.BadDefault, place, field.Name, $"constant of type '{field.Type.ToDisplayString()}'"));
        }

        FieldModel model = new(
            field.Name, JsonNameOf(field.Name), type, range, nullable, tag, value ?? DefaultValue.Null, traits);
        CheckItself(field, model, place);
        return new FieldDraft(field, model);
    }

    private void CheckItself(IFieldSymbol field, FieldModel model, Place place)
    {
        string typeName = field.Type.ToDisplayString();
        bool holdsNull = field.Type.NullableAnnotation == NullableAnnotation.Annotated;
        bool mayBeNull = !model.Nullable.IsEmpty;
        if (model.Range.IsEmpty && !isRetired)
        {
            findings.Add(
                new(Rules.SinceAfterUntil, place, field.Name, $"since {model.Range.Low}, until {model.Range.High}"));
        }

        if (mayBeNull && !(model.Type.IsReference && holdsNull))
        {
            findings.Add(new(Rules.NullableType, place, field.Name, typeName));
        }
        else if (holdsNull && !mayBeNull)
        {
            findings.Add(new(Rules.NotNullable, place, field.Name, typeName));
        }

        if (model.IsRecords && model.Type.Kind != FieldKind.Bytes)
        {
            findings.Add(new(Rules.Misplaced, place, field.Name, $"records: its type is '{typeName}', not 'byte[]'"));
        }

        if (model.IsNotFlexible && model.Type.FixedSize > 0)
        {
            findings.Add(
                new(Rules.Misplaced, place, field.Name, "kept from being flexible: it has no length in front"));
        }

        if (model.IsNotFlexible && model.IsTagged)
        {
            findings.Add(new(Rules.Misplaced, place, field.Name, "tagged and kept from being flexible"));
        }
    }

    private FieldType? TypeOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol { Rank: 1 } array)
        {
            ITypeSymbol element = array.ElementType;
            return element.SpecialType == SpecialType.System_Byte ? new(FieldKind.Bytes, false, "byte[]")
                : element.NullableAnnotation != NullableAnnotation.Annotated && KindOf(element) is { } elementKind
                    && IsElement(elementKind) ? new(elementKind, true, element.Name)
                : null;
        }

        return KindOf(type) is { } kind ? new(kind, false, type.Name) : null;
    }

    // What Kafka's schemas have arrays of, and the runtime has readers for.
    private static bool IsElement(FieldKind kind) => kind is FieldKind.Int8 or FieldKind.Int16 or FieldKind.Int32
        or FieldKind.Int64 or FieldKind.Uuid or FieldKind.String or FieldKind.Struct;

    private FieldKind? KindOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Boolean => FieldKind.Bool,
        SpecialType.System_SByte => FieldKind.Int8,
        SpecialType.System_Int16 => FieldKind.Int16,
        SpecialType.System_UInt16 => FieldKind.UInt16,
        SpecialType.System_Int32 => FieldKind.Int32,
        SpecialType.System_UInt32 => FieldKind.UInt32,
        SpecialType.System_Int64 => FieldKind.Int64,
        SpecialType.System_Double => FieldKind.Float64,
        SpecialType.System_String => FieldKind.String,
        _ when type.Name == "Uuid" && type.ContainingNamespace?.ToDisplayString() == "Millrace.Base" => FieldKind.Uuid,
        _ when SymbolEqualityComparer.Default.Equals(type.ContainingType, message)
            && type.TypeKind == TypeKind.Class => FieldKind.Struct,
        _ => null,
    };

    private static FieldTraits TraitOf(string attribute) => attribute switch
    {
        "IgnorableAttribute" => FieldTraits.Ignorable,
        "MapKeyAttribute" => FieldTraits.MapKey,
        "RecordsAttribute" => FieldTraits.Records,
        "NotFlexibleAttribute" => FieldTraits.NotFlexible,
        _ => FieldTraits.None,
    };

    private static int Number(AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 ? ToInt(attribute.ConstructorArguments[0].Value) : 0;

    private static int Named(AttributeData attribute, string name, int orElse)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return ToInt(argument.Value.Value);
            }
        }

        return orElse;
    }

    private static int ToInt(object? value) => value switch { short number => number, int number => number, _ => 0 };

    private static string JsonNameOf(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}
