using Microsoft.CodeAnalysis;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>A field as declared: its versions are not yet narrowed to those that its struct is used in.</summary>
internal sealed class FieldDraft(IFieldSymbol symbol, FieldModel model)
{
    public IFieldSymbol Symbol { get; } = symbol;

    public FieldModel Model { get; } = model;

    public Place Place { get; } = Place.Of(symbol.Locations.Length > 0 ? symbol.Locations[0] : null);
}
