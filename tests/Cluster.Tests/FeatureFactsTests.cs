using System.Text.Json;
using Millrace.Testing;

namespace Millrace.Cluster.Tests;

public sealed class FeatureFactsTests
{
    [SharedFact(SharedPart.Facts)]
    public void Every_metadata_version_is_as_in_kafka()
    {
        using JsonDocument facts = Read();
        int count = 0;
        foreach (JsonElement level in facts.RootElement.GetProperty(
            "metadataVersion").GetProperty("levels").EnumerateArray())
        {
            MetadataVersion version = new(level.GetProperty("level").GetInt16());
            if (!level.GetProperty("production").GetBoolean())
            {
                Assert.False(version.IsKnown);
                continue;
            }

            JsonElement has = level.GetProperty("facts");
            Assert.Equal(level.GetProperty("version").GetString(), version.Name);
            Assert.Equal(has.GetProperty("isMetadataTransactionSupported").GetBoolean(), version.HasTransactions);
            Assert.Equal(
                has.GetProperty("isControllerRegistrationSupported").GetBoolean(), version.HasControllerRegistration);
            Assert.Equal(
                has.GetProperty("isDirectoryAssignmentSupported").GetBoolean(), version.HasDirectoryAssignment);
            Assert.Equal(has.GetProperty("isElrSupported").GetBoolean(), version.HasElr);
            Assert.Equal(has.GetProperty("isCordonedLogDirsSupported").GetBoolean(), version.HasCordonedLogDirs);
            Assert.Equal(
                has.GetProperty("isLeaderEpochBumpRequiredOnIsrShrink").GetBoolean(),
                    version.BumpsLeaderEpochOnIsrShrink);
            Assert.Equal(has.GetProperty("partitionRecordVersion").GetInt16(), version.PartitionRecordVersion);
            Assert.Equal(
                has.GetProperty("partitionChangeRecordVersion").GetInt16(), version.PartitionChangeRecordVersion);
            Assert.Equal(
                has.GetProperty("registerBrokerRecordVersion").GetInt16(), version.RegisterBrokerRecordVersion);
            bool changes = version.Level > MetadataVersion.Oldest.Level
                && version.ChangesRecordsSince(new MetadataVersion((short)(version.Level - 1)));
            Assert.Equal(level.GetProperty("metadataChanged").GetBoolean()
                && version != MetadataVersion.Oldest, changes);
            foreach (JsonProperty feature in level.GetProperty("defaultFeatureLevels").EnumerateObject())
            {
                Assert.Equal(feature.Value.GetInt16(), ClusterFeature.Find(feature.Name)!.DefaultLevel(version));
            }

            count++;
        }

        Assert.Equal(MetadataVersion.Newest.Level - MetadataVersion.Oldest.Level + 1, count);
    }

    [SharedFact(SharedPart.Facts)]
    public void Every_feature_has_the_levels_that_kafka_has_in_production()
    {
        using JsonDocument facts = Read();
        JsonElement[] features = [.. facts.RootElement.GetProperty("features").EnumerateArray()];
        Assert.Equal(ClusterFeature.All.Count, features.Length);
        foreach (JsonElement feature in features)
        {
            Assert.Equal(
                feature.GetProperty("latestProduction").GetInt16(),
                ClusterFeature.Find(feature.GetProperty("name").GetString()!)!.MaxLevel);
        }
    }

    private static JsonDocument Read() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Facts, "features.json")));
}
