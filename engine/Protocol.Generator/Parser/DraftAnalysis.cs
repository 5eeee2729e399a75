using System;
using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>
/// Follows a message's structs from the message down: in which versions each is used and how, what it weighs in memory,
/// and what it takes on the wire at least.
/// </summary>
internal sealed class DraftAnalysis(IReadOnlyList<StructDraft> structs, VersionRange flexible)
{
    // Sizes on a 64-bit heap: header and type of an object, and the least that one takes.
    private const int ObjectHead = 16;
    private const int ObjectMin = 24;
    private const int Reference = 8;

    private readonly Dictionary<string, StructDraft> byName = structs.ToDictionary(draft => draft.Name);

    /// <summary>A struct that contains itself, or null.</summary>
    public StructDraft? FindRecursive() => structs.FirstOrDefault(draft => Reaches(draft, draft, structs.Count));

    private bool Reaches(StructDraft from, StructDraft target, int depth) => depth > 0 && ChildrenOf(from)
        .Any(child => child == target || Reaches(child, target, depth - 1));

    private IEnumerable<StructDraft> ChildrenOf(StructDraft draft) => draft.Fields
        .Where(field => field.Model.Type.Kind == FieldKind.Struct)
        .Select(field => byName[field.Model.Type.Name]);

    /// <summary>Fills the drafts' contexts and uses. No struct may contain itself.</summary>
    public void Follow(VersionRange versions)
    {
        Use(structs[0], versions, StructUses.None);

        // Comparing a struct compares those in it.
        foreach (StructDraft _ in structs)
        {
            foreach (StructDraft draft in structs)
            {
                MarkCompared(draft);
            }
        }
    }

    private void Use(StructDraft draft, VersionRange versions, StructUses uses)
    {
        draft.Context = draft.Context.Span(versions);
        draft.Uses |= uses;
        IEnumerable<FieldModel> fields = draft.Fields.Select(field => field.Model);
        foreach (FieldModel field in fields.Where(field => field.Type.Kind == FieldKind.Struct))
        {
            StructDraft child = byName[field.Type.Name];
            child.IsUsed = true;
            Use(child, versions.And(field.Range), field.Type.IsArray ? StructUses.Elements
                : field.Nullable.IsEmpty ? StructUses.None
                : StructUses.Nullable);
        }
    }

    private void MarkCompared(StructDraft draft)
    {
        bool whole = (draft.Uses & StructUses.Compared) != 0;
        foreach (FieldModel field in draft.NarrowedFields)
        {
            bool compared = whole || field.IsTagged || (!field.IsIgnorable && !field.Range.Contains(draft.Context));
            if (compared && field.Type.IsStruct && field.Default.Kind == DefaultKind.Empty)
            {
                byName[field.Type.Name].Uses |= StructUses.Compared;
            }
        }
    }

    /// <summary>Whether the struct has tagged fields in any version, and so a place for unknown ones.</summary>
    private bool HasTags(StructDraft draft) => !draft.Context.And(flexible).IsEmpty;

    /// <summary>
    /// Bytes of a fresh object and of the structs that its initializers make. Empty texts and arrays are shared.
    /// </summary>
    public int MemoryOf(StructDraft draft)
    {
        int content = HasTags(draft) ? Reference : 0;
        int packed = 0;
        int beside = 0;
        foreach (FieldModel field in draft.Fields.Select(field => field.Model))
        {
            bool isUuid = field.Type.Kind == FieldKind.Uuid;
            content += field.Type.IsReference ? Reference : isUuid ? field.Type.FixedSize : 0;
            packed += field.Type.IsReference || field.Type.Kind == FieldKind.Uuid ? 0 : field.Type.FixedSize;
            beside += field.Type.IsStruct && field.Default.Kind == DefaultKind.Empty
                ? MemoryOf(byName[field.Type.Name])
                : 0;
        }

        return Math.Max(ObjectMin, ObjectHead + content + ((packed + 7) & ~7)) + beside;
    }

    /// <summary>No version of the struct is smaller on the wire, in bytes; at least 1.</summary>
    public int WireSizeMinOf(StructDraft draft)
    {
        int size = flexible.Contains(draft.Context) ? 1 : 0;
        foreach (FieldModel field in draft.NarrowedFields)
        {
            if (!field.IsTagged && !field.Range.IsEmpty && field.Range.Contains(draft.Context))
            {
                size += WireSizeMinOf(field, draft.Context);
            }
        }

        return Math.Max(1, size);
    }

    private int WireSizeMinOf(FieldModel field, VersionRange context)
    {
        bool mayBeCompact = !field.IsNotFlexible && !context.And(flexible).IsEmpty;
        return field.Type switch
        {
            { FixedSize: > 0 and int size } => size,
            { IsStruct: true } => field.IsNullable ? 1 : WireSizeMinOf(byName[field.Type.Name]),
            _ when mayBeCompact => 1,
            { Kind: FieldKind.String, IsArray: false } => sizeof(short),
            _ => sizeof(int),
        };
    }
}
