using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>A struct as declared, and what its message's other structs make of it.</summary>
internal sealed class StructDraft(INamedTypeSymbol symbol, IReadOnlyList<FieldDraft> fields)
{
    public INamedTypeSymbol Symbol { get; } = symbol;

    public string Name => Symbol.Name;

    public IReadOnlyList<FieldDraft> Fields { get; } = fields;

    public Place Place { get; } = Place.Of(symbol.Locations.Length > 0 ? symbol.Locations[0] : null);

    /// <summary>The versions that the struct is used in.</summary>
    public VersionRange Context { get; set; } = VersionRange.None;

    public StructUses Uses { get; set; }

    /// <summary>Whether any field has it as its type.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The fields, their versions narrowed to <see cref="Context"/>.</summary>
    public IEnumerable<FieldModel> NarrowedFields =>
        Fields.Select(field => field.Model with { Range = field.Model.Range.And(Context) });
}
