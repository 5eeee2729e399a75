using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>The rules that need more than one field to be seen.</summary>
internal static class DraftChecks
{
    private static readonly HashSet<string> GeneratedMembers =
    [
        "Read", "Write", "EncodedSize", "WriteJson", "ReadJson", "Descriptor", "UnknownTaggedFields", "VersionMin",
        "VersionMax",
        "IsFlexible", "HasDefaults", "ReadArray", "WriteArray", "SizeOfArray", "ReadNew",
    ];

    public static void Check(IReadOnlyList<StructDraft> structs, MessageDeclaration message, List<Finding> findings)
    {
        foreach (StructDraft draft in structs)
        {
            if (draft != structs[0] && !draft.IsUsed)
            {
                findings.Add(new(Rules.UnusedStruct, draft.Place, draft.Name, structs[0].Name));
            }

            CheckTagNumbers(draft, findings);
            foreach (FieldDraft field in draft.Fields)
            {
                CheckField(field, draft, message, findings);
            }
        }
    }

    private static void CheckTagNumbers(StructDraft draft, List<Finding> findings)
    {
        HashSet<int> tags = [.. draft.Fields.Where(field => field.Model.IsTagged).Select(field => field.Model.Tag)];
        HashSet<int> seen = [];
        foreach (FieldDraft field in draft.Fields.Where(field => field.Symbol.GetAttributes().Any(IsTag)))
        {
            int tag = field.Model.Tag;
            if (!seen.Add(tag))
            {
                findings.Add(new(Rules.TagTwice, field.Place, field.Model.Name, $"{tag}"));
            }
            else if (tag != 0 && !tags.Contains(tag - 1))
            {
                findings.Add(new(Rules.TagGap, field.Place, field.Model.Name, $"{tag}"));
            }
        }
    }

    private static bool IsTag(Microsoft.CodeAnalysis.AttributeData attribute) =>
        attribute.AttributeClass?.Name == "TagAttribute";

    private static void CheckField(
        FieldDraft field, StructDraft draft, MessageDeclaration message, List<Finding> findings)
    {
        FieldModel model = field.Model;
        VersionRange range = model.Range.And(draft.Context);
        if (model.IsTagged && !message.Flexible.Contains(range))
        {
            findings.Add(
                new(Rules.TagNotFlexible, field.Place, model.Name, $"it has {range}, flexible are {message.Flexible}"));
        }

        if (model.Default.Kind == DefaultKind.Null && !model.Nullable.Contains(range))
        {
            findings.Add(
                new(Rules.NullDefault, field.Place, model.Name, $"it has {range}, null may be in {model.Nullable}"));
        }

        if ((model.Traits & FieldTraits.MapKey) != 0 && (draft.Uses & StructUses.Elements) == 0)
        {
            findings.Add(new(Rules.LoneMapKey, field.Place, model.Name, draft.Name));
        }

        if (GeneratedMembers.Contains(model.Name))
        {
            findings.Add(new(Rules.Reserved, field.Place, model.Name, draft.Name));
        }
    }
}
