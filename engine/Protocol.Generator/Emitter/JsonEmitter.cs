using System;
using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>Emits <c>WriteJson</c> and <c>ReadJson</c>.</summary>
internal sealed class JsonEmitter(StructScope scope)
{
    public void Emit(CodeWriter code)
    {
        EmitMethod(code, "public void WriteJson(MessageJsonWriter json)", WriteStatement, field => field.IsSetTest);
        code.Line();
        EmitMethod(
            code,
            "public void ReadJson(in MessageJsonReader json)",
            ReadStatement,
            field => $"json.Has(\"{field.JsonName}\")");
    }

    private void EmitMethod(
        CodeWriter code, string head, Func<FieldModel, string> statement, Func<FieldModel, string> taggedTest)
    {
        code.Open(head);
        CodeWriter body = new(code.Indent);
        IEnumerable<FieldModel> present = scope.Model.Fields.Where(field => !field.Range.IsEmpty);
        foreach (List<FieldModel> run in StructScope.Runs(present))
        {
            string? versions = VersionTest.Inside(run[0].Range, scope.Model.Context);
            if (run.Count == 1 && run[0].IsTagged)
            {
                EmitField(body, statement(run[0]), VersionTest.And(versions, taggedTest(run[0])));
                continue;
            }

            if (versions is not null)
            {
                body.Open($"if ({versions})");
            }

            run.ForEach(field => EmitField(body, statement(field), field.IsTagged ? taggedTest(field) : null));
            if (versions is not null)
            {
                body.Close();
            }
        }

        if (body.Mentions("(version "))
        {
            code.Line("short version = json.Version;");
        }

        code.Append(body);
        code.Close();
    }

    private static void EmitField(CodeWriter body, string statement, string? test)
    {
        if (test is null)
        {
            body.Line(statement);
            return;
        }

        body.Open($"if ({test})");
        body.Line(statement);
        body.Close();
    }

    private static string WriteStatement(FieldModel field) =>
        $"json.{(field.IsRecords ? "WriteRecords" : "Write")}(\"{field.JsonName}\", {field.Name});";

    private static string ReadStatement(FieldModel field)
    {
        string maybe = field.Nullable.IsEmpty ? "" : "Nullable";
        string what = field.IsRecords ? "Records"
            : field.Type.IsStructArray ? "Structs"
            : field.Type.IsStruct ? "Struct"
            : "";
        return $"json.Read{maybe}{what}(\"{field.JsonName}\", out {field.Name});";
    }
}
