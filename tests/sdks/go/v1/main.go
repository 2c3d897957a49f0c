// A small migration tool with the AWS SDK for Go v1: one address for all that it calls.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials/stscreds"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/applicationdiscoveryservice"
	"github.com/aws/aws-sdk-go/service/migrationhub"
	"github.com/aws/aws-sdk-go/service/migrationhubconfig"
	"github.com/aws/aws-sdk-go/service/s3"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// This version does not know AWS_ENDPOINT_URL.
	session := session.Must(session.NewSession(&aws.Config{
		Endpoint:         aws.String(os.Getenv("AWS_ENDPOINT_URL")),
		S3ForcePathStyle: aws.Bool(true),
	}))

	// What is imported comes from S3.
	bucket, key := aws.String("estate"), aws.String("wave1.csv")
	store := s3.New(session)
	_, err := store.CreateBucket(&s3.CreateBucketInput{Bucket: bucket})
	check(err)
	_, err = store.PutObject(&s3.PutObjectInput{
		Bucket: bucket, Key: key,
		Body: strings.NewReader("ExternalId,HostName\nvm-1,web-1\nvm-2,web-2\n"),
	})
	check(err)
	discovery := applicationdiscoveryservice.New(session)
	_, err = discovery.StartImportTask(&applicationdiscoveryservice.StartImportTaskInput{
		Name: aws.String("wave 1"), ImportUrl: aws.String("s3://estate/wave1.csv"),
	})
	check(err)

	// What is reported is reported as a role.
	role := stscreds.NewCredentials(session, "arn:aws:iam::123456789012:role/migration-tool")
	home, err := migrationhubconfig.New(session, &aws.Config{Credentials: role}).GetHomeRegion(
		&migrationhubconfig.GetHomeRegionInput{},
	)
	check(err)
	hub := migrationhub.New(session, &aws.Config{Credentials: role, Region: home.HomeRegion})

	stream := &migrationhub.CreateProgressUpdateStreamInput{
		ProgressUpdateStreamName: aws.String("SMS"), DryRun: aws.Bool(true),
	}
	_, err = hub.CreateProgressUpdateStream(stream)
	if failure, ok := err.(awserr.Error); !ok || failure.Code() != migrationhub.ErrCodeDryRunOperation {
		log.Fatal(err)
	}
	stream.DryRun = nil
	_, err = hub.CreateProgressUpdateStream(stream)
	check(err)
	for _, name := range []string{"web-1", "web-2"} {
		_, err = hub.ImportMigrationTask(&migrationhub.ImportMigrationTaskInput{
			ProgressUpdateStream: aws.String("SMS"), MigrationTaskName: aws.String(name),
		})
		check(err)
		_, err = hub.NotifyMigrationTaskState(&migrationhub.NotifyMigrationTaskStateInput{
			ProgressUpdateStream: aws.String("SMS"), MigrationTaskName: aws.String(name),
			Task: &migrationhub.Task{
				Status: aws.String(migrationhub.StatusInProgress), ProgressPercent: aws.Int64(40),
			},
			UpdateDateTime:    aws.Time(time.Now()),
			NextUpdateSeconds: aws.Int64(60),
		})
		check(err)
	}

	err = hub.ListMigrationTasksPages(
		&migrationhub.ListMigrationTasksInput{MaxResults: aws.Int64(1)},
		func(page *migrationhub.ListMigrationTasksOutput, last bool) bool {
			for _, task := range page.MigrationTaskSummaryList {
				fmt.Println(
					aws.StringValue(task.MigrationTaskName),
					aws.StringValue(task.Status),
					aws.Int64Value(task.ProgressPercent),
				)
			}
			return true
		},
	)
	check(err)
}
