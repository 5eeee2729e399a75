using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>What became of one declaration: a model, or the mistakes that stand in its way.</summary>
/// <param name="Model">Null where there are mistakes.</param>
/// <param name="Findings">The mistakes.</param>
/// <param name="Place">The class's name in its file.</param>
internal sealed record ParsedMessage(MessageModel? Model, EquatableArray<Finding> Findings, Place Place);
