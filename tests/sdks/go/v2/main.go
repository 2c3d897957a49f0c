// A small migration tool with the AWS SDK for Go v2: one address for all that it calls.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/applicationdiscoveryservice"
	"github.com/aws/aws-sdk-go-v2/service/migrationhub"
	"github.com/aws/aws-sdk-go-v2/service/migrationhub/types"
	"github.com/aws/aws-sdk-go-v2/service/migrationhubconfig"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Versions before November 2023 do not know AWS_ENDPOINT_URL: newer ones need none of this.
func resolve(service, region string, options ...interface{}) (aws.Endpoint, error) {
	return aws.Endpoint{
		URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: region, HostnameImmutable: true,
	}, nil
}

func main() {
	ctx := context.Background()
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(resolver))
	check(err)

	// What is imported comes from S3.
	bucket, key := aws.String("estate"), aws.String("wave1.csv")
	store := s3.NewFromConfig(cfg, func(options *s3.Options) { options.UsePathStyle = true })
	_, err = store.CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket: bucket,
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{
			LocationConstraint: s3types.BucketLocationConstraint(cfg.Region),
		},
	})
	check(err)
	_, err = store.PutObject(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: key,
		Body: strings.NewReader("ExternalId,HostName\nvm-1,web-1\nvm-2,web-2\n"),
	})
	check(err)
	discovery := applicationdiscoveryservice.NewFromConfig(cfg)
	_, err = discovery.StartImportTask(ctx, &applicationdiscoveryservice.StartImportTaskInput{
		Name: aws.String("wave 1"), ImportUrl: aws.String("s3://estate/wave1.csv"),
	})
	check(err)

	// What is reported is reported as a role.
	role := stscreds.NewAssumeRoleProvider(
		sts.NewFromConfig(cfg), "arn:aws:iam::123456789012:role/migration-tool",
	)
	cfg.Credentials = aws.NewCredentialsCache(role)
	home, err := migrationhubconfig.NewFromConfig(cfg).GetHomeRegion(
		ctx, &migrationhubconfig.GetHomeRegionInput{},
	)
	check(err)
	cfg.Region = aws.ToString(home.HomeRegion)
	hub := migrationhub.NewFromConfig(cfg)

	stream := &migrationhub.CreateProgressUpdateStreamInput{
		ProgressUpdateStreamName: aws.String("SMS"), DryRun: true,
	}
	var allowed *types.DryRunOperation
	if _, err = hub.CreateProgressUpdateStream(ctx, stream); !errors.As(err, &allowed) {
		log.Fatal(err)
	}
	stream.DryRun = false
	_, err = hub.CreateProgressUpdateStream(ctx, stream)
	check(err)
	for _, name := range []string{"web-1", "web-2"} {
		_, err = hub.ImportMigrationTask(ctx, &migrationhub.ImportMigrationTaskInput{
			ProgressUpdateStream: aws.String("SMS"), MigrationTaskName: aws.String(name),
		})
		check(err)
		_, err = hub.NotifyMigrationTaskState(ctx, &migrationhub.NotifyMigrationTaskStateInput{
			ProgressUpdateStream: aws.String("SMS"), MigrationTaskName: aws.String(name),
			Task:              &types.Task{Status: types.StatusInProgress, ProgressPercent: aws.Int32(40)},
			UpdateDateTime:    aws.Time(time.Now()),
			NextUpdateSeconds: 60,
		})
		check(err)
	}

	pages := migrationhub.NewListMigrationTasksPaginator(
		hub, &migrationhub.ListMigrationTasksInput{MaxResults: aws.Int32(1)},
	)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		check(err)
		for _, task := range page.MigrationTaskSummaryList {
			fmt.Println(aws.ToString(task.MigrationTaskName), task.Status, aws.ToInt32(task.ProgressPercent))
		}
	}
}
