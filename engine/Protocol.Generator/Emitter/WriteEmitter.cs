using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>Emits <c>Write</c>, and <c>WriteArray</c> where the struct is used so.</summary>
internal sealed class WriteEmitter(StructScope scope)
{
    public void Emit(CodeWriter code)
    {
        code.Open("public void Write(ref ByteWriter writer, short version)");
        if (scope.IsRoot)
        {
            code.Line("Descriptor.BeginWrite(version);");
        }

        CodeWriter body = new(code.Indent);
        foreach (List<FieldModel> run in StructScope.Runs(scope.Plain))
        {
            EmitRun(body, run);
        }

        foreach (FieldModel field in scope.Model.Fields.Where(field => field.IsTagged && !field.IsIgnorable))
        {
            if (VersionTest.Outside(field.Range, scope.Model.Context) is { } outside)
            {
                body.Open($"if ({outside})");
                EmitAbsent(body, field);
                body.Close();
            }
        }

        if (scope.HasTags)
        {
            EmitTags(body);
        }

        scope.AppendBody(code, body);
        code.Close();
        EmitArray(code);
    }

    private void EmitRun(CodeWriter body, List<FieldModel> run)
    {
        List<FieldModel> mustBeDefault = run.Where(field => !field.IsIgnorable).ToList();
        if (run[0].Range.IsEmpty)
        {
            mustBeDefault.ForEach(field => EmitAbsent(body, field));
            return;
        }

        string? test = VersionTest.Inside(run[0].Range, scope.Model.Context);
        if (test is null)
        {
            run.ForEach(field => EmitPlain(body, field));
            return;
        }

        body.Open($"if ({test})");
        run.ForEach(field => EmitPlain(body, field));
        body.Close();
        if (mustBeDefault.Count > 0)
        {
            body.Open("else");
            mustBeDefault.ForEach(field => EmitAbsent(body, field));
            body.Close();
        }
    }

    private void EmitAbsent(CodeWriter body, FieldModel field) => body.Line(
        $"MessageVersionException.ThrowUnlessDefault({field.IsDefaultTest}, \"{scope.PathOf(field)}\", version);");

    private void EmitPlain(CodeWriter body, FieldModel field)
    {
        if (field.IsNullable && VersionTest.Outside(field.Nullable.And(field.Range), field.Range) is { } outside)
        {
            body.Open($"if ({outside})");
            body.Line($"MessageVersionException.ThrowIfNull({field.Name}, \"{scope.PathOf(field)}\", version);");
            body.Close();
        }

        EmitContent(body, field);
    }

    private void EmitContent(CodeWriter body, FieldModel field)
    {
        if (field.Type.IsStruct && field.IsNullable)
        {
            body.Line(field.IsTagged
                ? $"writer.WriteUnsignedVarint({field.Name} is null ? 0u : 1u);"
                : $"writer.WriteInt8({field.Name} is null ? (sbyte)-1 : (sbyte)1);");
            body.Line($"{field.Name}?.Write(ref writer, version);");
            return;
        }

        string flexible = scope.FlexibleArgument(field);
        body.Line(field.Type switch
        {
            { IsStructArray: true } => $"{scope.StructOf(field)}.WriteArray({field.Name}, ref writer, version);",
            { IsStruct: true } => $"{field.Name}.Write(ref writer, version);",
            { IsArray: true, Kind: var kind } => $"writer.Write{kind}Array({field.Name}, {flexible});",
            { Kind: (FieldKind.String or FieldKind.Bytes) and var kind } =>
                $"writer.Write{kind}({field.Name}, {flexible});",
            { Kind: var kind } => $"writer.Write{kind}({field.Name});",
        });
    }

    private void EmitTags(CodeWriter body)
    {
        scope.OpenTags(body);
        if (!scope.Tagged.Any())
        {
            body.Line("writer.WriteTaggedFields(UnknownTaggedFields);");
        }
        else
        {
            EmitDeclaredTags(body);
        }

        scope.CloseTags(body);
    }

    private void EmitDeclaredTags(CodeWriter body)
    {
        VersionRange versions = scope.Model.Context.And(scope.Message.Flexible);
        foreach (FieldModel field in scope.Tagged)
        {
            string test = VersionTest.And(VersionTest.Inside(field.Range, versions), field.IsSetTest);
            body.Line($"bool has{field.Name} = {test};");
        }

        body.Line("int tagged = 0;");
        foreach (FieldModel field in scope.Tagged)
        {
            body.Line($"tagged += has{field.Name} ? 1 : 0;");
        }

        body.Line("TaggedFieldWriter tags = new(ref writer, tagged, UnknownTaggedFields);");
        foreach (FieldModel field in scope.Tagged)
        {
            body.Open($"if (has{field.Name})");
            body.Line($"tags.Begin(ref writer, {field.Tag}, {SizeEmitter.SizeOf(scope, field)});");
            EmitContent(body, field);
            body.Close();
        }

        body.Line("tags.End(ref writer);");
    }

    private void EmitArray(CodeWriter code)
    {
        if ((scope.Model.Uses & StructUses.Elements) == 0)
        {
            return;
        }

        string name = scope.Model.ClassName;
        code.Line();
        code.Open($"internal static void WriteArray({name}[]? items, ref ByteWriter writer, short version)");
        code.Line($"writer.WriteLength(items?.Length ?? -1, {scope.FlexibleTest});");
        code.Open($"foreach ({name} item in items ?? [])");
        code.Line("item.Write(ref writer, version);");
        code.Close();
        code.Close();
    }
}
