using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>Emits <c>EncodedSize</c>, and <c>SizeOfArray</c> where the struct is used so.</summary>
internal sealed class SizeEmitter(StructScope scope)
{
    public void Emit(CodeWriter code)
    {
        code.Open("public int EncodedSize(short version)");
        CodeWriter body = new(code.Indent);

        // The order of a sum does not matter: one test for all fields of the same versions.
        IGrouping<VersionRange, FieldModel>[] groups = scope.Plain.Where(field => !field.Range.IsEmpty)
            .GroupBy(field => field.Range).ToArray();
        IGrouping<VersionRange, FieldModel>? always = groups.FirstOrDefault(
            group => VersionTest.Inside(group.Key, scope.Model.Context) is null);
        body.Line($"int size = {always?.Sum(field => field.Type.FixedSize) ?? 0};");
        foreach (FieldModel field in always?.Where(field => field.Type.FixedSize == 0) ?? [])
        {
            body.Line($"size += {SizeOf(scope, field)};");
        }

        foreach (IGrouping<VersionRange, FieldModel> group in groups.Where(group => group != always))
        {
            EmitGroup(body, group);
        }

        if (scope.HasTags)
        {
            EmitTags(body);
        }

        body.Line("return size;");
        scope.AppendBody(code, body);
        code.Close();
        EmitArray(code);
    }

    /// <summary>A C# expression for a field's size without tag: in bytes.</summary>
    public static string SizeOf(StructScope scope, FieldModel field)
    {
        string flexible = scope.FlexibleArgument(field);
        return field.Type switch
        {
            { FixedSize: > 0 and int size } => $"{size}",
            { IsStructArray: true } => $"{scope.StructOf(field)}.SizeOfArray({field.Name}, version)",
            { IsStruct: true } when field.IsNullable => $"1 + ({field.Name}?.EncodedSize(version) ?? 0)",
            { IsStruct: true } => $"{field.Name}.EncodedSize(version)",
            { IsArray: true, Kind: FieldKind.String } => $"PrimitiveArrays.SizeOf({field.Name}, {flexible})",
            { IsArray: true, ElementSize: int size } => $"PrimitiveArrays.SizeOf({field.Name}, {size}, {flexible})",
            { Kind: var kind } => $"ByteWriter.SizeOf{kind}({field.Name}, {flexible})",
        };
    }

    private void EmitGroup(CodeWriter body, IGrouping<VersionRange, FieldModel> group)
    {
        body.Open($"if ({VersionTest.Inside(group.Key, scope.Model.Context)})");
        int constant = group.Sum(field => field.Type.FixedSize);
        if (constant > 0)
        {
            body.Line($"size += {constant};");
        }

        foreach (FieldModel field in group.Where(field => field.Type.FixedSize == 0))
        {
            body.Line($"size += {SizeOf(scope, field)};");
        }

        body.Close();
    }

    private void EmitTags(CodeWriter body)
    {
        scope.OpenTags(body);
        if (!scope.Tagged.Any())
        {
            body.Line("size += TaggedFields.SizeOf(0, UnknownTaggedFields);");
        }
        else
        {
            VersionRange versions = scope.Model.Context.And(scope.Message.Flexible);
            body.Line("int tagged = 0;");
            foreach (FieldModel field in scope.Tagged)
            {
                body.Open($"if ({VersionTest.And(VersionTest.Inside(field.Range, versions), field.IsSetTest)})");
                body.Line("tagged++;");
                body.Line($"size += TaggedFields.SizeOf({field.Tag}, {SizeOf(scope, field)});");
                body.Close();
            }

            body.Line("size += TaggedFields.SizeOf(tagged, UnknownTaggedFields);");
        }

        scope.CloseTags(body);
    }

    private void EmitArray(CodeWriter code)
    {
        if ((scope.Model.Uses & StructUses.Elements) == 0)
        {
            return;
        }

        string name = scope.Model.ClassName;
        code.Line();
        code.Open($"internal static int SizeOfArray({name}[]? items, short version)");
        code.Line($"int size = ByteWriter.SizeOfLength(items?.Length ?? -1, {scope.FlexibleTest});");
        code.Open($"foreach ({name} item in items ?? [])");
        code.Line("size += item.EncodedSize(version);");
        code.Close();
        code.Line("return size;");
        code.Close();
    }
}
