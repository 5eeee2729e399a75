using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>Emits <c>Read</c>, and <c>ReadArray</c> and <c>ReadNew</c> where the struct is used so.</summary>
internal sealed class ReadEmitter(StructScope scope)
{
    public void Emit(CodeWriter code)
    {
        code.Open("public void Read(ref ByteReader reader, short version)");
        if (scope.IsRoot)
        {
            code.Open("if (!Descriptor.BeginRead(ref reader, version))");
            code.Line("return;");
            code.Close();
            code.Line();
        }

        CodeWriter body = new(code.Indent);
        foreach (List<FieldModel> run in StructScope.Runs(scope.Plain.Where(field => !field.Range.IsEmpty)))
        {
            string? test = VersionTest.Inside(run[0].Range, scope.Model.Context);
            if (test is not null)
            {
                body.Open($"if ({test})");
            }

            run.ForEach(field => body.Line(Statement(field)));
            if (test is not null)
            {
                body.Close();
            }
        }

        if (scope.HasTags)
        {
            EmitTags(body);
        }

        scope.AppendBody(code, body);
        code.Close();
        EmitArrayAndNew(code);
    }

    private void EmitTags(CodeWriter body)
    {
        scope.OpenTags(body);
        if (!scope.Tagged.Any())
        {
            body.Line("reader.ReadTaggedFields(ref UnknownTaggedFields);");
        }
        else
        {
            body.Line("ulong seen = 0;");
            body.Line("int tagged = reader.ReadTaggedFieldCount();");
            body.Open("for (int index = 0; index < tagged && !reader.Failed; index++)");
            body.Line("TaggedField field = reader.BeginTaggedField(ref seen);");
            string branch = "if";
            foreach (FieldModel field in scope.Tagged)
            {
                string? versions = VersionTest.Inside(field.Range, scope.Model.Context.And(scope.Message.Flexible));
                string both = $"field.Tag == {field.Tag}" + (versions is null ? "" : $" && {versions}");
                body.Open($"{branch} ({both})");
                body.Line(Statement(field));
                body.Line("reader.EndTaggedField(field);");
                body.Close();
                branch = "else if";
            }

            body.Open("else");
            body.Line("reader.ReadUnknownTaggedField(field, ref UnknownTaggedFields);");
            body.Close();
            body.Close();
        }

        scope.CloseTags(body);
    }

    private string Statement(FieldModel field)
    {
        if (field.Type.IsStruct && !field.IsNullable)
        {
            return $"{field.Name}.Read(ref reader, version);";
        }

        if (!field.IsNullable || field.IsAlwaysNullable)
        {
            return $"{field.Name} = {Value(field, field.IsNullable)};";
        }

        string? test = VersionTest.Inside(field.Nullable.And(field.Range), field.Range);
        return $"{field.Name} = {test} ? {Value(field, true)} : {Value(field, false)};";
    }

    private string Value(FieldModel field, bool nullable)
    {
        string flexible = scope.FlexibleArgument(field);
        string maybe = nullable ? "Nullable" : "";
        if (field.Type.IsStructArray)
        {
            string array = $"{scope.StructOf(field)}.ReadArray(ref reader, version)";
            return nullable ? array : $"reader.Required({array})";
        }

        if (field.Type.IsStruct)
        {
            // KIP-893: an int8 in the plain section, and a varint in the tagged one.
            string absent = field.IsTagged ? "reader.ReadUnsignedVarint() == 0" : "reader.ReadInt8() < 0";
            return $"{absent} ? null : {scope.StructOf(field)}.ReadNew(ref reader, version)";
        }

        return field.Type switch
        {
            { IsArray: true, Kind: var kind } => $"reader.Read{maybe}{kind}Array({flexible})",
            { Kind: (FieldKind.String or FieldKind.Bytes) and var kind } => $"reader.Read{maybe}{kind}({flexible})",
            { Kind: var kind } => $"reader.Read{kind}()",
        };
    }

    private void EmitArrayAndNew(CodeWriter code)
    {
        StructModel model = scope.Model;
        if ((model.Uses & StructUses.Elements) != 0)
        {
            code.Line();
            code.Open($"internal static {model.ClassName}[]? ReadArray(ref ByteReader reader, short version)");
            code.Line(
                $"int count = reader.ReadArrayLength({scope.FlexibleTest}, {model.WireSizeMin}, {model.Memory + 8});");
            code.Open("if (count <= 0)");
            code.Line("return count < 0 ? null : [];");
            code.Close();
            code.Line();
            code.Line($"{model.ClassName}[] items = new {model.ClassName}[count];");
            code.Open("for (int index = 0; index < items.Length && !reader.Failed; index++)");
            code.Line("(items[index] = new()).Read(ref reader, version);");
            code.Close();
            code.Line();
            code.Line("return items;");
            code.Close();
        }

        if ((model.Uses & StructUses.Nullable) != 0)
        {
            code.Line();
            code.Open($"internal static {model.ClassName}? ReadNew(ref ByteReader reader, short version)");
            code.Open($"if (!reader.Charge({model.Memory}))");
            code.Line("return null;");
            code.Close();
            code.Line();
            code.Line($"{model.ClassName} item = new();");
            code.Line("item.Read(ref reader, version);");
            code.Line("return item;");
            code.Close();
        }
    }
}
