using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>What a message's own attribute says.</summary>
/// <param name="Identity">Name, type and key.</param>
/// <param name="Versions">Versions that can be read and written.</param>
/// <param name="Flexible">Versions with compact lengths and tagged fields.</param>
/// <param name="UnstableFrom">First version that Kafka does not enable by default.</param>
internal sealed record MessageDeclaration(
    MessageIdentity Identity, VersionRange Versions, VersionRange Flexible, int UnstableFrom)
{
    public static MessageDeclaration Read(
        AttributeData attribute, INamedTypeSymbol message, Place place, List<Finding> findings)
    {
        string type = "";
        int key = -1;
        foreach (TypedConstant argument in attribute.ConstructorArguments)
        {
            if (argument.Type?.Name == "MessageType")
            {
                type = MemberName(argument);
            }
            else if (argument.Value is short number)
            {
                key = number;
            }
        }

        Dictionary<string, TypedConstant> named = attribute.NamedArguments.ToDictionary(
            pair => pair.Key, pair => pair.Value);
        string log = named.TryGetValue("Log", out TypedConstant given) ? MemberName(given) : DefaultLog(type);
        VersionRange versions = Range(named, "Versions", "", message, place, findings);
        VersionRange flexible = Range(named, "Flexible", "none", message, place, findings);
        if (!flexible.IsEmpty && flexible.High != VersionRange.Endless)
        {
            // Kafka has never gone back from flexible versions, and the runtime asks for a first version only.
            findings.Add(
                new(Rules.BadVersions, place, flexible.ToString(), $"'{message.Name}': flexible versions have no end"));
        }

        int unstable = named.TryGetValue("UnstableFrom", out TypedConstant from) && from.Value is short first
            && first >= 0
            ? first
            : VersionRange.Endless;
        MessageIdentity identity = new(message.ToDisplayString(), KafkaNameOf(message), type, key, log);
        return new MessageDeclaration(identity, versions, flexible, unstable);
    }

    private static VersionRange Range(
        Dictionary<string, TypedConstant> named,
        string name,
        string orElse,
        INamedTypeSymbol message,
        Place place,
        List<Finding> findings)
    {
        string text = named.TryGetValue(name, out TypedConstant value) ? value.Value as string ?? "" : orElse;
        bool parsed = VersionRange.TryParse(text, out VersionRange range);
        if (!parsed || (name == "Versions" && range.High == VersionRange.Endless))
        {
            findings.Add(new(
                Rules.BadVersions, place, text, $"'{message.Name}': {name} is '3-13', '1' or 'none', Flexible '9+'"));
        }

        return range;
    }

    private static string DefaultLog(string type) => type switch
    {
        "Metadata" => "ClusterMetadata",
        "CoordinatorKey" or "CoordinatorValue" => "ConsumerOffsets",
        _ => "None",
    };

    private static string MemberName(TypedConstant constant) => constant.Type?.GetMembers().OfType<IFieldSymbol>()
        .FirstOrDefault(member => member.HasConstantValue && Equals(member.ConstantValue, constant.Value))?.Name
        ?? System.Convert.ToString(constant.Value, CultureInfo.InvariantCulture);

    private static string KafkaNameOf(INamedTypeSymbol message) => message.GetAttributes()
        .Where(attribute => attribute.AttributeClass?.Name == "KafkaNameAttribute")
        .Select(attribute => attribute.ConstructorArguments.FirstOrDefault().Value as string)
        .FirstOrDefault() ?? message.Name;
}
