using System.Collections.Generic;
using System.Linq;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>One struct while its methods are emitted.</summary>
internal sealed class StructScope(MessageModel message, StructModel model)
{
    public MessageModel Message { get; } = message;

    public StructModel Model { get; } = model;

    public bool IsRoot => ReferenceEquals(Model, Message.Root);

    /// <summary>Fields outside of the tagged section, in order.</summary>
    public IEnumerable<FieldModel> Plain => Model.Fields.Where(field => !field.IsTagged);

    /// <summary>Tagged fields that some version has, by their tags.</summary>
    public IEnumerable<FieldModel> Tagged => Model.Fields.Where(field => field.IsTagged && !field.Range.IsEmpty)
        .OrderBy(field => field.Tag);

    /// <summary>Whether some version has a tagged section.</summary>
    public bool HasTags => FlexibleTest != "false";

    /// <summary>Whether the versions of this struct are flexible: <c>true</c>, <c>false</c>, or a test.</summary>
    public string FlexibleTest => VersionTest.Flexible(Message.Flexible, Model.Context);

    /// <summary>The name of the field in messages to people.</summary>
    public string PathOf(FieldModel field) =>
        IsRoot ? $"{Model.ClassName}.{field.Name}" : $"{Message.Root.ClassName}.{Model.ClassName}.{field.Name}";

    /// <summary>
    /// C# name of a field's struct, to call its static methods by; with the message's name in front where a field here
    /// has the same name as the struct.
    /// </summary>
    public string StructOf(FieldModel field) => Model.Fields.Any(other => other.Name == field.Type.Name)
        ? $"{Message.Root.ClassName}.{field.Type.Name}"
        : field.Type.Name;

    /// <summary>
    /// The <c>flexible</c> argument for a field: a constant, or the local that <see cref="AppendBody"/> declares.
    /// </summary>
    public string FlexibleArgument(FieldModel field) =>
        field.IsNotFlexible || FlexibleTest == "false" ? "flexible: false"
        : FlexibleTest == "true" ? "flexible: true"
        : "flexible";

    /// <summary>Opens the tagged section, under a condition where only some versions have one.</summary>
    public void OpenTags(CodeWriter code)
    {
        if (FlexibleTest != "true")
        {
            code.Open("if (flexible)");
        }
    }

    public void CloseTags(CodeWriter code)
    {
        if (FlexibleTest != "true")
        {
            code.Close();
        }
    }

    /// <summary>
    /// Fields that follow each other and are there in the same versions, so that one test serves them.
    /// </summary>
    public static IEnumerable<List<FieldModel>> Runs(IEnumerable<FieldModel> fields)
    {
        List<FieldModel> run = [];
        foreach (FieldModel field in fields)
        {
            if (run.Count > 0 && run[0].Range != field.Range)
            {
                yield return run;
                run = [];
            }

            run.Add(field);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    /// <summary>Appends a method's body, and in front of it the local <c>flexible</c> where the body uses it.</summary>
    public void AppendBody(CodeWriter code, CodeWriter body)
    {
        if (body.Mentions("flexible)") && FlexibleTest is not ("true" or "false"))
        {
            code.Line($"bool flexible = {FlexibleTest};");
        }

        code.Append(body);
    }
}
