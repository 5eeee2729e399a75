namespace Millrace.Testing;

/// <summary>The source tree that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Engine.sln</c>, found by walking up from the test's own binary.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"No Engine.sln in any folder above {AppContext.BaseDirectory}: run the tests inside the source tree.");
    }
}
