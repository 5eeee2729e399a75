using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// The APIs that are served, in the order of their keys: what ApiVersions advertises, and what a request is looked up
/// in. An API that is not in it is not served. Immutable; any thread.
/// </summary>
public sealed class ApiTable
{
    private readonly ApiEntry?[] byKey = new ApiEntry?[ApiFacts.All.Length];
    private readonly ApiEntry[] entries;

    /// <param name="handlers">One for each API served, besides <see cref="ApiKey.ApiVersions"/>.</param>
    /// <param name="features">What ApiVersions tells besides.</param>
    public ApiTable(IEnumerable<IRequestHandler> handlers, IFeatureSource features)
    {
        foreach (IRequestHandler handler in handlers.Append(new ApiVersionsHandler(this, features)))
        {
            ref ApiEntry? place = ref byKey[(int)handler.ApiKey];
            if (place is not null)
            {
                throw new ArgumentException($"{handler.ApiKey} has two handlers.", nameof(handlers));
            }

            place = new ApiEntry(handler);
        }

        entries = [.. byKey.OfType<ApiEntry>()];
    }

    public ReadOnlySpan<ApiEntry> Entries => entries;

    /// <summary>The line of an API; null where it is not served, or does not exist.</summary>
    public ApiEntry? Find(ApiKey key) => (uint)key < (uint)byKey.Length ? byKey[(int)key] : null;
}
