using System;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Parser;

/// <summary>Reads a field's default from its initializer.</summary>
internal sealed class DefaultParser(Compilation compilation)
{
    /// <returns>Null where the initializer is nothing that a schema could say.</returns>
    public DefaultValue? Parse(IFieldSymbol field, FieldType type)
    {
        ExpressionSyntax? initializer = InitializerOf(field);
        while (initializer is PostfixUnaryExpressionSyntax trusted
            && trusted.IsKind(SyntaxKind.SuppressNullableWarningExpression))
        {
            initializer = trusted.Operand;
        }

        if (initializer is null)
        {
            return WithoutInitializer(type);
        }

        if (initializer.IsKind(SyntaxKind.NullLiteralExpression))
        {
            return type.IsReference ? DefaultValue.Null : null;
        }

        if (type.IsArray || type.Kind == FieldKind.Bytes)
        {
            return initializer is CollectionExpressionSyntax { Elements.Count: 0 } ? new(DefaultKind.Empty, "") : null;
        }

        return type.Kind switch
        {
            FieldKind.Struct => IsPlainNew(initializer) ? new(DefaultKind.Empty, "") : null,
            FieldKind.Uuid => IsZeroUuid(initializer) ? new(DefaultKind.Empty, "") : null,
            _ => Constant(initializer, type.Kind),
        };
    }

    private static ExpressionSyntax? InitializerOf(IFieldSymbol field)
    {
        foreach (SyntaxReference reference in field.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is VariableDeclaratorSyntax { Initializer: { } initializer })
            {
                return initializer.Value;
            }
        }

        return null;
    }

    private static DefaultValue WithoutInitializer(FieldType type) => type switch
    {
        { IsReference: true } => DefaultValue.Null,
        { Kind: FieldKind.Uuid } => new(DefaultKind.Empty, ""),
        { Kind: FieldKind.Bool } => new(DefaultKind.Constant, "false"),
        _ => new(DefaultKind.Constant, "0"),
    };

    private static bool IsPlainNew(ExpressionSyntax initializer) => initializer
        is BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: null or { Arguments.Count: 0 } };

    private static bool IsZeroUuid(ExpressionSyntax initializer) =>
        initializer.IsKind(SyntaxKind.DefaultLiteralExpression)
        || initializer is MemberAccessExpressionSyntax { Name.Identifier.Text: "Zero" }
        || IsPlainNew(initializer);

    private DefaultValue? Constant(ExpressionSyntax initializer, FieldKind kind)
    {
        Optional<object?> constant = compilation.GetSemanticModel(initializer.SyntaxTree).GetConstantValue(initializer);
        return !constant.HasValue || constant.Value is null ? null : LiteralOf(constant.Value, kind) is { } literal
            ? new(DefaultKind.Constant, literal)
            : null;
    }

    private static string? LiteralOf(object value, FieldKind kind) => value switch
    {
        string text when kind == FieldKind.String => SymbolDisplay.FormatLiteral(text, quote: true),
        bool truth when kind == FieldKind.Bool => truth ? "true" : "false",
        double or float when kind == FieldKind.Float64 =>
            Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) + "d",
        sbyte or byte or short or ushort or int or uint or long when IsNumber(kind) =>
            Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
                + (kind == FieldKind.Int64 ? "L" : ""),
        _ => null,
    };

    private static bool IsNumber(FieldKind kind) => kind is >= FieldKind.Int8 and <= FieldKind.Float64;
}
